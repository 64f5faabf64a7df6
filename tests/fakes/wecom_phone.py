"""Members with phones: what a test does by hand, and what WeCom makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.wecom_world import Member, Raw, Shown

if TYPE_CHECKING:
    from tests.fakes.wecom import FakeWeCom
    from tests.fakes.wecom_push import Callback


class Phone:
    """One member; everything done becomes a callback. `userid` is written as WeCom does, upper case and all."""

    def __init__(self, fake: FakeWeCom, member: Member, userid: str) -> None:
        self._fake = fake
        self.member = member
        self.userid = userid

    def say(self, kind: str, content: Raw) -> Callback:
        """Any message."""
        number = self._fake.world.number("73456789012")
        return self._push({"MsgType": kind, **content, "MsgId": number})

    def event(self, event: str, content: Raw | None = None) -> Callback:
        """Any event."""
        return self._push({"MsgType": "event", "Event": event, **(content or {})})

    def text(self, text: str) -> Callback:
        return self.say("text", {"Content": text})

    def photo(self, data: bytes) -> Callback:
        return self._media("image", data, PicUrl="https://example.com/0")

    def voice(self, data: bytes) -> Callback:
        return self._media("voice", data, Format="amr")

    def video(self, data: bytes) -> Callback:
        return self._media("video", data, ThumbMediaId="thumb")

    def file(self, data: bytes, name: str) -> Callback:
        return self._media("file", data, FileName=name)

    def location(self, latitude: float, longitude: float) -> Callback:
        place = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": 20, "Label": "厂区"}
        return self.say("location", {**place, "AppType": "wxwork"})

    def link(self, title: str, url: str) -> Callback:
        return self.say("link", {"Title": title, "Description": "", "Url": url, "PicUrl": ""})

    def click(self, label: str) -> Callback:
        """Taps an entry of the application's menu."""
        tops = self._fake.world.menu.get("button", [])
        for one in [below for top in tops for below in top.get("sub_button", [top])]:
            if one["name"] == label:
                return self.event("click", {"EventKey": one["key"]})
        raise AssertionError(f"no {label!r} in the menu {tops}")

    def scan(self, result: str) -> Callback:
        return self.event(
            "scancode_waitmsg", {"EventKey": "scan", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": result}}
        )

    def pick_photo(self, data: bytes) -> Callback:
        """Takes a photo from the menu: an event that tells its digest, then the photo."""
        items = {"Count": 1, "PicList": {"item": {"PicMd5Sum": "1b5f7c23b5bf75682a53e7b6d163e185"}}}
        self.event("pic_photo_or_album", {"EventKey": "photo", "SendPicsInfo": items})
        return self.photo(data)

    def pick_place(self, latitude: float, longitude: float) -> Callback:
        place = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": "15", "Label": "厂区"}
        return self.event("location_select", {"EventKey": "place", "SendLocationInfo": place})

    def enter(self) -> Callback:
        return self.event("enter_agent", {"EventKey": ""})

    def subscribe(self) -> Callback:
        self.member.visible = True
        return self.event("subscribe")

    def unsubscribe(self) -> Callback:
        self.member.visible = False
        return self.event("unsubscribe")

    def tap(self, label: str, about: str = "") -> Callback:
        """Taps the button on the newest card that has it, or ticks the line of a list and sends it."""
        for shown in reversed(self.screen):
            if about not in shown.text:
                continue
            for button in shown.buttons:
                if button["text"] == label:
                    return self.tap_data(button["key"], shown.card["task_id"], **_selected(shown))
            for option in shown.options:
                if option["text"] == label:
                    return self.send_list(shown, option["id"])
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")

    def choose(self, label: str) -> None:
        """Chooses in the newest drop-down that has this option; nobody hears of it before a button is tapped."""
        for shown in reversed(self.screen):
            for option in shown.drop_down.get("option_list", []):
                if option["text"] == label:
                    shown.chosen = option["id"]
                    return
        raise AssertionError(f"no drop-down has {label!r}")

    def send_list(self, shown: Shown, *ticked: str) -> Callback:
        """Sends a list with these lines ticked, also none, also such as it does not have."""
        answer = {"QuestionKey": shown.card["checkbox"]["question_key"], "OptionIds": {"OptionId": list(ticked)}}
        content = {"SelectedItems": {"SelectedItem": answer}} if ticked else {}
        return self.tap_data(
            shown.card["submit_button"]["key"], shown.card["task_id"], kind="vote_interaction", **content
        )

    def tap_data(self, data: str, task: str, *, kind: str = "button_interaction", **more: Any) -> Callback:
        """A tap with any data on any card."""
        content = {"EventKey": data, "TaskId": task, "CardType": kind, **more}
        return self.event("template_card_event", {**content, "ResponseCode": self._fake.world.code(task)})

    @property
    def screen(self) -> list[Shown]:
        """The application's messages, oldest first, as they look now."""
        return self.member.screen

    @property
    def texts(self) -> list[str]:
        """Their words."""
        return [shown.text for shown in self.screen]

    @property
    def buttons(self) -> list[str]:
        """The labels that can be tapped or ticked now, newest card first."""
        return [one["text"] for shown in reversed(self.screen) for one in [*shown.buttons, *shown.options]]

    def _media(self, kind: str, data: bytes, **more: str) -> Callback:
        return self.say(kind, {"MediaId": self._fake.world.keep(data), **more})

    def _push(self, content: Raw) -> Callback:
        return self._fake.pusher.push(self.userid, content)


def _selected(shown: Shown) -> Raw:
    """What a tap tells of the drop-down beside the button: what it shows, if nothing was chosen."""
    box = shown.drop_down
    if not box:
        return {}
    answer = {"QuestionKey": box["question_key"], "OptionIds": {"OptionId": shown.chosen or box["selected_id"]}}
    return {"SelectedItems": {"SelectedItem": answer}}
