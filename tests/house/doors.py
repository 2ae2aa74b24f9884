"""
Who gets through which door: every address × the cast.

``GET`` rows say what somebody is answered who looks, ``POST`` rows what somebody is answered who sends an empty form.
An address without a ``GET`` row refuses to be looked at (405), one without a ``POST`` row has nothing to send: it
answers 405 or the same page again. Ada hires and owns what is hers, Basil works for her and owns what is his, Chiara
works for somebody else, Edna owns another company, Dora is staff. Everything here is Ada's and Basil's.

``in``  led to the sign-in page        ``go``  led on to another page        a number: the status
"""

from __future__ import annotations

from dataclasses import dataclass

PLAYERS = ("visitor", "ada", "basil", "chiara", "edna", "dora")

_TABLE = """
#                                  visitor  Ada      Basil    Chiara   Edna     Dora
GET  accounts:sign_up              200      go       go       go       go       go
POST accounts:sign_up              422      go       go       go       go       go
GET  accounts:check_mail           in       in       in       in       in       in
POST accounts:resend               in       in       in       in       in       in
POST accounts:correct_address      in       in       in       in       in       in
GET  accounts:sign_in              200      go       go       go       go       go
POST accounts:sign_in              422      go       go       go       go       go
GET  accounts:sign_in_code         in       in       in       in       in       in
POST accounts:sign_in_code         in       in       in       in       in       in
POST accounts:sign_out             go       go       go       go       go       go
GET  accounts:forgot               200      200      200      200      200      200
POST accounts:forgot               422      422      422      422      422      422
GET  accounts:reset                200      200      200      200      200      200
POST accounts:reset                422      422      422      422      422      422
GET  accounts:recheck              in       200      200      200      200      200
POST accounts:recheck              in       422      422      422      422      422
GET  accounts:first_run            404      404      404      404      404      404
POST accounts:first_run            404      404      404      404      404      404
GET  accounts:you                  in       200      200      200      200      200
POST accounts:you                  in       422      422      422      422      422
GET  accounts:security             in       200      200      200      200      200
POST accounts:password             in       422      422      422      422      422
GET  accounts:second_step          in       200      200      200      200      200
POST accounts:second_step          in       422      422      422      422      422
POST accounts:second_step_off      in       409      409      409      409      409
GET  accounts:codes                in       go       go       go       go       go
POST accounts:renew_codes          in       409      409      409      409      409
POST accounts:end_other_sessions   in       go       go       go       go       go
POST accounts:end_session          in       go       go       go       go       go
GET  accounts:account              in       200      200      200      200      200
POST accounts:email                in       422      422      422      422      422
POST accounts:name_administrator   in       422      422      422      422      422
POST accounts:lay_down             in       go       go       go       go       409
GET  accounts:change_email         200      200      200      200      200      200
POST accounts:change_email         go       go       go       go       go       go
GET  accounts:restore_email        200      200      200      200      200      200
POST accounts:restore_email        in       in       in       in       in       in
GET  accounts:avatar               200      200      200      200      200      200

GET  teams:confirm                 200      200      200      200      200      200
POST teams:confirm                 in       in       in       in       in       in
GET  teams:welcome                 in       200      200      200      200      200
GET  teams:company                 in       200      200      200      200      go
POST teams:company                 in       422      422      422      422      go
POST teams:billing                 in       go       go       go       go       404
GET  teams:sides                   in       200      200      200      200      200
POST teams:add_freelancer          in       go       go       go       go       go
POST teams:add_company             in       422      422      422      422      422
POST teams:remove_members          in       go       404      404      404      404
POST teams:switch                  in       go       404      404      404      404

GET  files:thumb                   404      200      200      404      404      404
GET  files:serve                   404      200      200      404      404      404
GET  files:photo                   in       200      200      200      200      200
POST files:photo                   in       422      422      422      422      422
POST files:remove_photo            in       go       go       go       go       go

GET  notifications:list            in       200      200      200      200      200
POST notifications:read_all        in       go       go       go       go       go
POST notifications:open            in       go       404      404      404      404
GET  notifications:mails           200      200      200      200      200      200
GET  notifications:mail            200      200      200      200      200      200
GET  notifications:mail_html       200      200      200      200      200      200

GET  fees:fees                     200      200      200      200      200      200

GET  payments:billing              in       200      go       go       200      403
GET  payments:new_card             in       200      403      403      200      403
POST payments:new_card             in       422      403      403      422      403
POST payments:prefer_card          in       go       404      404      404      404
POST payments:remove_card          in       go       404      404      404      404
GET  payments:charge               in       go       404      404      404      404
GET  payments:confirm              in       200      404      404      404      404
POST payments:confirm              in       go       404      404      404      404

GET  payouts:wallet                in       go       200      200      go       403
GET  payouts:request               in       200      200      200      200      403
POST payouts:request               in       422      422      422      422      403
GET  payouts:payout                in       404      200      404      404      404
POST payouts:cancel                in       404      go       404      404      404
GET  payouts:methods               in       200      200      200      200      403
GET  payouts:add_method            in       200      200      200      200      403
POST payouts:add_method            in       422      422      422      422      403
POST payouts:remove_method         in       404      409      404      404      404

GET  invoices:documents            in       200      200      200      200      403
GET  invoices:document             in       200      200      404      404      404
GET  invoices:pdf                  in       200      200      404      404      404

GET  taxonomy:suggest              200      200      200      200      200      200

GET  profiles:people               200      200      200      200      200      200
GET  profiles:person               200      200      200      200      200      200
GET  profiles:public_piece         200      200      200      200      200      200
GET  profiles:edit                 in       200      200      200      200      200
POST profiles:edit                 in       404      200      200      404      404
GET  profiles:basics               in       go       200      200      go       go
POST profiles:basics               in       go       422      422      go       go
GET  profiles:skills               in       go       200      200      go       go
POST profiles:skills               in       go       422      422      go       go
GET  profiles:rate                 in       go       200      200      go       go
POST profiles:rate                 in       go       422      422      go       go
GET  profiles:rate_preview         in       200      200      200      200      200
GET  profiles:languages            in       go       200      200      go       go
POST profiles:languages            in       go       422      422      go       go
GET  profiles:availability         in       go       200      200      go       go
POST profiles:availability         in       go       422      422      go       go
GET  profiles:visibility           in       go       200      200      go       go
POST profiles:visibility           in       go       422      422      go       go
GET  profiles:publish              in       go       405      405      go       go
POST profiles:publish              in       go       409      409      go       go
GET  profiles:hide                 in       go       405      405      go       go
POST profiles:hide                 in       go       go       go       go       go
GET  profiles:show                 in       go       405      405      go       go
POST profiles:show                 in       go       409      409      go       go
GET  profiles:add_job              in       go       200      200      go       go
POST profiles:add_job              in       go       422      422      go       go
GET  profiles:edit_job             in       go       200      404      go       go
POST profiles:edit_job             in       go       422      404      go       go
GET  profiles:remove_job           in       go       405      405      go       go
POST profiles:remove_job           in       go       go       go       go       go
GET  profiles:add_school           in       go       200      200      go       go
POST profiles:add_school           in       go       422      422      go       go
GET  profiles:edit_school          in       go       200      404      go       go
POST profiles:edit_school          in       go       422      404      go       go
GET  profiles:remove_school        in       go       405      405      go       go
POST profiles:remove_school        in       go       go       go       go       go
GET  profiles:add_piece            in       go       200      200      go       go
POST profiles:add_piece            in       go       422      422      go       go
GET  profiles:edit_piece           in       go       200      404      go       go
POST profiles:edit_piece           in       go       422      404      go       go
GET  profiles:remove_piece         in       go       405      405      go       go
POST profiles:remove_piece         in       go       go       go       go       go
GET  profiles:move_piece           in       go       405      405      go       go
POST profiles:move_piece           in       go       go       404      go       go
GET  profiles:caption              in       go       200      404      go       go
POST profiles:caption              in       go       go       404      go       go
GET  profiles:drop_file            in       go       405      405      go       go
POST profiles:drop_file            in       go       go       404      go       go

GET  credits:mine                  in       403      200      200      403      403

GET  jobs:new                      in       200      403      403      200      403
POST jobs:new                      in       422      403      403      422      403
GET  jobs:mine                     in       200      403      403      200      403
GET  jobs:detail                   200      200      200      200      200      200
GET  jobs:posting                  200      200      200      200      200      200
GET  jobs:edit                     in       200      404      404      404      404
POST jobs:edit                     in       422      404      404      404      404
POST jobs:save                     in       go       404      404      404      404
POST jobs:delete                   in       go       404      404      404      404
POST jobs:close                    in       go       404      404      404      404
POST jobs:reopen                   in       go       404      404      404      404
POST jobs:reuse                    in       go       404      404      404      403
POST jobs:remove-file              in       go       404      404      404      404

GET  proposals:apply               in       403      200      200      403      403
POST proposals:apply               in       403      422      422      403      403
POST proposals:fee                 in       200      200      200      200      200
POST proposals:save                in       403      go       go       403      403
GET  proposals:candidates          in       200      404      404      404      404
GET  proposals:mine                in       403      200      200      403      403
GET  proposals:detail              in       200      200      404      404      404
POST proposals:open                in       go       404      404      404      404
GET  proposals:edit                in       404      200      404      404      404
POST proposals:edit                in       404      422      404      404      404
POST proposals:delete              in       404      go       404      404      404
GET  proposals:withdraw            in       404      200      404      404      404
POST proposals:withdraw            in       404      422      404      404      404
GET  proposals:decline             in       200      404      404      404      404
POST proposals:decline             in       422      404      404      404      404
POST proposals:rate                in       go       404      404      404      404
POST proposals:remove-file         in       404      go       404      404      404
POST proposals:mark                in       go       404      404      404      404

GET  search:jobs                   200      200      200      200      200      200

GET  contracts:mine                in       200      200      200      200      200
GET  contracts:detail              in       200      200      404      404      404
GET  contracts:dates               in       200      200      404      404      404
GET  contracts:add                 in       200      200      404      404      404
POST contracts:add                 in       422      422      404      404      404
GET  contracts:edit                in       200      409      404      404      404
POST contracts:edit                in       422      422      404      404      404
POST contracts:agree               in       go       403      404      404      404
POST contracts:decline             in       go       403      404      404      404
POST contracts:cancel              in       go       403      404      404      404
GET  contracts:hand_in             in       409      200      404      404      404
POST contracts:hand_in             in       403      422      404      404      404
POST contracts:take_back           in       403      go       404      404      404
GET  contracts:ask_changes         in       200      409      404      404      404
POST contracts:ask_changes         in       422      422      404      404      404
GET  contracts:fund                in       200      409      404      404      404
POST contracts:fund                in       422      403      404      404      404
POST contracts:release             in       go       403      404      404      404
GET  contracts:release_part        in       200      409      404      404      404
POST contracts:release_part        in       422      422      404      404      404
GET  contracts:give_back           in       409      200      404      404      404
POST contracts:give_back           in       422      422      404      404      404
GET  contracts:ask_refund          in       200      409      404      404      404
POST contracts:ask_refund          in       422      422      404      404      404
GET  contracts:give_carry_back     in       409      200      404      404      404
POST contracts:give_carry_back     in       422      422      404      404      404
GET  contracts:ask_carry_refund    in       200      409      404      404      404
POST contracts:ask_carry_refund    in       422      422      404      404      404
GET  contracts:answer_refund       in       200      200      404      404      404
POST contracts:answer_refund       in       422      422      404      404      404
POST contracts:refuse_refund       in       422      422      404      404      404
POST contracts:withdraw_refund     in       go       403      404      404      404
GET  contracts:pause               in       200      200      404      404      404
POST contracts:pause               in       422      422      404      404      404
POST contracts:resume              in       409      409      404      404      404
GET  contracts:end                 in       200      200      404      404      404
POST contracts:end                 in       422      422      404      404      404

GET  offers:new                    in       200      404      404      404      404
POST offers:new                    in       422      404      404      404      404
GET  offers:mine                   in       200      200      200      200      200
GET  offers:detail                 in       200      200      404      404      404
POST offers:send                   in       422      404      404      404      404
GET  offers:revise                 in       200      409      404      404      404
POST offers:revise                 in       422      404      404      404      404
POST offers:accept                 in       403      409      404      404      404
GET  offers:decline                in       409      200      404      404      404
POST offers:decline                in       403      go       404      404      404
POST offers:withdraw               in       go       403      404      404      404

GET  feedback:review               in       200      200      404      404      404
POST feedback:review               in       422      422      404      404      404
POST feedback:reply                in       404      404      404      404      404

GET  closure:leaving               in       200      200      200      200      200
GET  closure:close                 in       200      200      200      200      200
POST closure:settle                in       go       go       go       go       go
GET  closure:confirm               in       go       go       200      200      go
POST closure:confirm               in       go       go       422      422      go
GET  closure:closing               in       go       go       go       go       go
POST closure:cancel                in       404      404      404      404      404
GET  closure:export                in       200      200      200      200      200
POST closure:export                in       200      200      200      200      200
GET  closure:closed                in       go       go       go       go       go
POST closure:send_link             404      404      404      404      404      404
GET  closure:why                   go       go       go       go       go       go
POST closure:why                   go       go       go       go       go       go
GET  closure:reopen                410      410      410      410      410      410
POST closure:reopen                410      410      410      410      410      410
GET  closure:goodbye               200      200      200      200      200      200
GET  closure:verify                200      200      200      200      200      200
POST closure:verify                422      422      422      422      422      422
GET  closure:keys                  200      200      200      200      200      200
GET  closure:data                  200      200      200      200      200      200

GET  web:landing                   200      go       go       go       go       go
GET  web:home                      in       200      200      200      200      200
GET  web:kit                       200      200      200      200      200      200
GET  web:rules                     200      200      200      200      200      200
GET  web:accessibility             200      200      200      200      200      200
GET  web:privacy                   200      200      200      200      200      200
GET  web:menu                      in       200      200      200      200      200
GET  web:notices_count             200      200      200      200      200      200
POST web:theme                     go       go       go       go       go       go
GET  web:robots                    200      200      200      200      200      200
GET  web:manifest                  200      200      200      200      200      200
GET  web:favicon                   go       go       go       go       go       go
"""


@dataclass(frozen=True)
class Door:
    """One row: the method, the address's name, and what each player is answered."""

    method: str
    name: str
    answers: dict[str, str]


def _read(table: str) -> list[Door]:
    rows = [line.split() for line in table.splitlines() if line and not line.startswith("#")]
    return [Door(method, name, dict(zip(PLAYERS, answers, strict=True))) for method, name, *answers in rows]


DOORS = _read(_TABLE)
