from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "posting.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
