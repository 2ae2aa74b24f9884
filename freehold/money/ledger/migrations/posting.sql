-- The composite foreign keys: a leg is in both its accounts' currency.
ALTER TABLE ledger_entry
    ADD CONSTRAINT entry_corrects FOREIGN KEY (corrects_id) REFERENCES ledger_entry (id);
ALTER TABLE ledger_leg
    ADD CONSTRAINT leg_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry (id),
    ADD CONSTRAINT leg_giver_account FOREIGN KEY (giver_id, currency) REFERENCES ledger_account (id, currency),
    ADD CONSTRAINT leg_taker_account FOREIGN KEY (taker_id, currency) REFERENCES ledger_account (id, currency);
ALTER TABLE ledger_account ALTER COLUMN balance SET DEFAULT 0;

-- What an account's name says about it.
CREATE FUNCTION ledger_nature(
    name text, OUT nature text, OUT may_owe boolean, OUT only_owes boolean, OUT busy boolean
) LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    may_owe := false;
    only_owes := false;
    busy := false;
    nature := 'LIABILITY';
    IF name ~ '^wallet:[0-9a-f-]{36}:(pending|available|frozen)$'
        OR name ~ '^(hold|advance|payout|refund):[0-9a-f-]{36}$'
        OR name ~ '^unclaimed:[0-9A-Za-z-]+$' THEN
        RETURN;
    END IF;
    IF name ~ '^owed:[0-9a-f-]{36}$' THEN
        nature := 'ASSET';
        may_owe := true;
        only_owes := true;
        RETURN;
    END IF;
    busy := true;
    IF name = 'credits:unspent' OR name ~ '^tax:[a-z]{2}:[a-z]+$' OR name ~ '^withheld:[a-z_]+$' THEN
        RETURN;
    END IF;
    may_owe := true;
    IF name ~ '^(provider|bank):[a-z0-9_-]+$' THEN
        nature := 'ASSET';
    ELSIF name ~ '^suspense:[a-z0-9_-]+$' THEN
        nature := 'LIABILITY';
    ELSIF name ~ '^house:(fees:(service|client|contract|payout|dispute|conversion)|credits|plans)$' THEN
        nature := 'INCOME';
    ELSIF name ~ '^house:(provider_costs|protection|referrals|goodwill|write_off)$' THEN
        nature := 'EXPENSE';
    ELSIF name = 'house:equity' THEN
        nature := 'EQUITY';
    ELSE
        RAISE EXCEPTION 'the chart of accounts has no place for %', name USING ERRCODE = 'FH002';
    END IF;
END $$;

-- What an entry says, as bytes; its hash covers this and the moment.
CREATE FUNCTION ledger_content(
    kind text, key text, currency text, givers text[], takers text[], amounts bigint[], corrects bigint
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(
        kind || chr(31) || key || chr(31) || currency || chr(31) || givers::text || takers::text || amounts::text
        || coalesce(corrects::text, ''), 'UTF8'))
$$;

CREATE FUNCTION ledger_hash(content bytea, at timestamptz) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(content || int8send((extract(epoch FROM at) * 1000000)::bigint))
$$;

-- Post an entry: everything in one call. Accounts are opened on demand and locked in ascending order; what cannot be
-- paid breaks never_below_zero. The same key with the same legs answers with the first entry; with others it is a
-- defect of the caller (FH001). Plans are kept for a connection's life, perhaps from when the tables were empty: so
-- accounts are looked up one by one (OFFSET 0), which never becomes a scan of all accounts.
CREATE FUNCTION ledger_post(
    p_kind text, p_key text, p_currency text, p_givers text[], p_takers text[], p_amounts bigint[],
    p_at timestamptz, p_corrects bigint DEFAULT NULL, OUT entry_id bigint, OUT is_new boolean
) LANGUAGE plpgsql AS $$
DECLARE
    content bytea := ledger_content(p_kind, p_key, p_currency, p_givers, p_takers, p_amounts, p_corrects);
    names text[];
    ids bigint[];
    deltas bigint[];
    aside boolean[];
    busy boolean[];
    first_at timestamptz;
    first_hash bytea;
    counted bigint;
BEGIN
    INSERT INTO ledger_entry (kind, key, currency, at, corrects_id, hash)
    VALUES (p_kind, p_key, p_currency, p_at, p_corrects, ledger_hash(content, p_at))
    ON CONFLICT (key) DO NOTHING
    RETURNING id INTO entry_id;
    is_new := entry_id IS NOT NULL;
    IF NOT is_new THEN
        SELECT e.id, e.at, e.hash INTO entry_id, first_at, first_hash FROM ledger_entry e WHERE e.key = p_key;
        IF first_hash IS DISTINCT FROM ledger_hash(content, first_at) THEN
            RAISE EXCEPTION 'the key % was used for other legs', p_key USING ERRCODE = 'FH001';
        END IF;
        RETURN;
    END IF;

    FOR attempt IN 1..2 LOOP
        SELECT array_agg(m.name ORDER BY a.id), array_agg(a.id ORDER BY a.id), array_agg(m.delta ORDER BY a.id),
            array_agg(a.busy AND (a.may_owe OR m.delta >= 0) ORDER BY a.id), array_agg(a.busy ORDER BY a.id)
        INTO names, ids, deltas, aside, busy
        FROM (
            SELECT l.name, sum(l.amount)::bigint AS delta
            FROM (
                SELECT unnest(p_givers) AS name, -unnest(p_amounts) AS amount
                UNION ALL SELECT unnest(p_takers), unnest(p_amounts)
            ) l GROUP BY l.name
        ) m LEFT JOIN LATERAL (
            SELECT f.id, f.busy, f.may_owe FROM ledger_account f
            WHERE f.name = m.name AND f.currency = p_currency OFFSET 0
        ) a ON true;
        EXIT WHEN array_position(ids, NULL) IS NULL;
        INSERT INTO ledger_account (name, currency, nature, may_owe, only_owes, busy)
        SELECT n.name, p_currency, k.nature, k.may_owe, k.only_owes, k.busy
        FROM unnest(names, ids) n (name, id), ledger_nature(n.name) k
        WHERE n.id IS NULL ORDER BY n.name
        ON CONFLICT (name, currency) DO NOTHING;
    END LOOP;

    FOR i IN 1..cardinality(ids) LOOP
        CONTINUE WHEN aside[i] OR deltas[i] = 0;
        counted := 0;
        IF busy[i] THEN
            PERFORM 1 FROM ledger_account a WHERE a.id = ids[i] FOR NO KEY UPDATE;
            WITH gone AS (DELETE FROM ledger_tail t WHERE t.account_id = ids[i] RETURNING t.amount)
            SELECT coalesce(sum(g.amount), 0) INTO counted FROM gone g;
        END IF;
        UPDATE ledger_account a SET balance = a.balance + deltas[i] + counted WHERE a.id = ids[i];
    END LOOP;

    INSERT INTO ledger_tail (account_id, amount)
    SELECT ids[i], deltas[i] FROM generate_subscripts(ids, 1) i WHERE aside[i] AND deltas[i] <> 0;

    INSERT INTO ledger_leg (entry_id, seq, giver_id, taker_id, currency, amount)
    SELECT ledger_post.entry_id, i, ids[array_position(names, p_givers[i])], ids[array_position(names, p_takers[i])],
        p_currency, p_amounts[i]
    FROM generate_subscripts(p_amounts, 1) i;
END $$;

-- Count a busy account's tail into its balance. A row is deleted and counted in one statement, so it counts once.
CREATE FUNCTION ledger_count(p_account bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
    lines bigint;
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = p_account FOR NO KEY UPDATE;
    WITH gone AS (DELETE FROM ledger_tail WHERE account_id = p_account RETURNING amount)
    SELECT coalesce(sum(amount), 0), count(*) INTO counted, lines FROM gone;
    UPDATE ledger_account SET balance = balance + counted WHERE id = p_account AND lines > 0;
    RETURN lines;
END $$;

-- What was posted stays as it was, for the owner of the tables too.
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are never rewritten: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FH003';
END $$;

CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER legs_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leg
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER accounts_stay BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER accounts_keep_their_name BEFORE UPDATE OF id, name, currency, nature, may_owe, only_owes, busy
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER tails_are_counted_whole BEFORE UPDATE OR TRUNCATE ON ledger_tail
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
