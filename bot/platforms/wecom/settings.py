"""What one self-built WeCom application of one enterprise needs to run."""

from __future__ import annotations

from dataclasses import dataclass, field

WECOM_URL = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One application's settings; the fields that hold secrets never show in its repr."""

    enterprise: int
    code: str  # the enterprise's code, the last part of the callback's path
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)  # of the callback
    aes_key: str = field(repr=False)
    api_url: str = WECOM_URL  # or that of a private deployment
    public_url: str = ""  # where WeCom reaches us
    proxy: str = field(default="", repr=False)  # may hold a password

    @property
    def path(self) -> str:
        """The path under which this enterprise's callbacks are taken."""
        return f"/wecom/{self.code}"

    @property
    def callback_url(self) -> str:
        """The address for WeCom's console; "" if it is not known."""
        return f"{self.public_url.rstrip('/')}{self.path}" if self.public_url else ""
