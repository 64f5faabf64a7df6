"""Who a member is, by the company's directory: the name and the department, for the admin who lets people in."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from bot.platforms.base import Failure
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.errors import Refused

log = logging.getLogger(__name__)

PATIENCE = 1.5  # seconds; a callback has to be answered within 5
KNOWN = 5000
LENGTH = 40  # characters of each


class Members:
    """Names by userid, asked for once; a member whose name cannot be had quickly has none yet."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._names: OrderedDict[str, str] = OrderedDict()
        self._departments: dict[int, str] | None = None

    async def name(self, userid: str) -> str:
        """王磊（磨矿车间）, 王磊, or ""; never raises Failure."""
        if userid in self._names:
            return self._names[userid]
        try:
            async with asyncio.timeout(PATIENCE):
                name = await self._ask(userid)
        except Refused as refused:
            log.info("WeCom tells no name: %s", refused.reason)
            name = ""
        except (Failure, TimeoutError):
            return ""
        self._names[userid] = name
        if len(self._names) > KNOWN:
            self._names.popitem(last=False)
        return name

    async def departments(self) -> dict[int, str]:
        """Every department in the visible range with its name. Raises Failure."""
        answer = await self._client.call("department/list")
        found = answer.get("department")
        return {
            int(one["id"]): _line(one.get("name"))
            for one in (found if isinstance(found, list) else [])
            if isinstance(one, dict) and str(one.get("id", "")).isdigit()
        }

    async def _ask(self, userid: str) -> str:
        member = await self._client.call("user/get", userid=userid)
        name, unit = _line(member.get("name")), await self._unit(member)
        return f"{name}（{unit}）" if name and unit else name

    async def _unit(self, member: dict[str, Any]) -> str:
        if self._departments is None:
            try:
                self._departments = await self.departments()
            except Refused:
                self._departments = {}
        listed = member.get("department")
        main = member.get("main_department") or (listed[0] if isinstance(listed, list) and listed else None)
        return self._departments.get(main, "") if isinstance(main, int) else ""


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return " ".join(text.replace("（", "(").split())[:LENGTH]
