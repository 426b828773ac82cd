"""Every number of Zalo's tables means what the tables say, host by host.

Transcribed by hand from the collected tables, one line a class, apart from the code under test; a change of
either has to be made twice.
"""

import pytest

from service.notify.channels.zalo.errors import TABLES, Host, meaning_of

TRANSCRIBED = {
    Host.OPENAPI: """
        sent: 0
        rate: -32
        payload: -100 -201 -210 -233 -248
        transient: -200 -214
        config: -202 -204 -205 -207 -208 -209 -212 -215 -219 -221 -223 -224 -235 -237 -238 -240 -241 -242
        config: -320 -321 -403
        quota: -211 -218 -311
        auth: -216 -220
        channel: -213 -217 -222 -227 -230 -232 -244 -249 -305
        window: -234
        unknown: -1340 -1341 -1 -999
    """,
    Host.BUSINESS: """
        sent: 0
        transient: -100
        config: -101 -102 -103 -104 -105 -109 -1091 -117 -120 -1201 -1202 -123 -128 -129 -142 -143 -1241
        config: -125 -126 -127 -131 -135 -1351 -136 -137 -138 -1381 -145 -146 -151 -152
        payload: -106 -107 -111 -112 -1121 -1122 -1123 -1124 -113 -1131 -116 -121 -122 -130 -132 -153 -158
        payload: -159 -161 -162
        channel: -108 -110 -114 -118 -119 -134 -139 -140 -141
        quota: -115 -144 -1441 -147 -1471 -1472 -160
        auth: -124
        window: -133
        rate: -32
        unknown: -148 -149 -1491 -150 -1 -999
    """,
}


@pytest.mark.parametrize("host", list(Host))
def test_every_number_has_the_class_of_the_tables_and_there_is_no_other(host: Host) -> None:
    told = {}
    for line in TRANSCRIBED[host].strip().splitlines():
        name, _, codes = line.strip().partition(":")
        told |= {int(code): name for code in codes.split()}
    assert {code: meaning_of(host, code).value for code in told} == told
    assert {code for code, name in told.items() if name != "unknown"} == set(TABLES[host])
