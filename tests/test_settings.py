"""The configuration: every wrong setting is named, with what to write instead; secrets never show."""

import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.configuration import load, read
from bot.settings import Settings
from bot.settings_errors import WrongSettings
from bot.settings_platforms import Origin
from woodpecker.programme import Programme
from woodpecker.words import Earning, Kind, Level, Role

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
TOKEN = "123456789:" + "AbCdE-_" * 5
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PLANT = '[[enterprise]]\ncode = "demo"\nname = "示例厂"\n'


def problems(text: str, **environ: str) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        read(text, Origin(Path(), environ))
    return list(caught.value.problems)


def settings(text: str, folder: Path = Path(), **environ: str) -> Settings:
    return read(text, Origin(folder, environ))


def test_without_a_file_a_sample_plant_runs_in_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load()
    assert found.sample
    assert found.database == Path("data/woodpecker.db")
    assert found.photos == Path("data/photos")
    assert found.enterprise[0].sandbox_enabled
    assert found.enterprise[0].sandbox.listen == "127.0.0.1:8765"
    assert found.enterprise[0].rules == Programme()


def test_config_toml_beside_us_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text(PLANT, encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    assert not load().sample
    assert load().enterprise[0].name == "示例厂"


def test_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "plant.toml"
    file.parent.mkdir()
    file.write_text(f'[storage]\nurl = "sqlite:///db/a.db"\n{PLANT}', encoding="utf-8")
    found = load(file)
    assert found.database == tmp_path / "etc/db/a.db"
    assert found.photos == tmp_path / "etc/db/photos"
    assert found.socket == tmp_path / "etc/db/a.db.sock"
    absolute = settings(f'[storage]\nurl = "sqlite:////srv/a.db"\nphotos = "pictures"\n{PLANT}', tmp_path)
    assert (absolute.database, absolute.photos) == (Path("/srv/a.db"), tmp_path / "pictures")


def test_every_wrong_setting_is_named_at_once() -> None:
    text = """
    [storage]
    url = "postgresql://x"
    [web]
    listen = "8080"
    publicurl = "x"
    [[enterprise]]
    code = "Demo 1"
    [enterprise.telegram]
    token = "abc"
    mode = "webhook"
    [enterprise.programme]
    duty_factor = 0
    earning = { boss = "full" }
    levels = ["D"]
    [enterprise.programme.clocks]
    quiet_from = "25:00"
    fix_days = { D = 3 }
    [[enterprise.programme.rate_card]]
    B = 1.005
    [enterprise.sandbox]
    listen = "0.0.0.0:1"
    """
    said = problems(text)
    for start in (
        "storage.url: does not fit; write a SQLite file as",
        "web.listen: '8080' is not an address; write host and port",
        'web.publicurl: unknown key; write "public_url".',
        "enterprise[Demo 1].code: does not fit; write a short word",
        "enterprise[Demo 1].name: missing; write the plant's name.",
        "enterprise[Demo 1].telegram.token: is not a bot token; write what BotFather gave",
        "enterprise[Demo 1].telegram.mode: a webhook needs web.public_url; write it",
        "enterprise[Demo 1].programme.duty_factor: input should be greater",
        "enterprise[Demo 1].programme.earning.boss: input should be 'worker'",
        "enterprise[Demo 1].programme.levels[1]: input should be 'C', 'B' or 'A'; write",
        "enterprise[Demo 1].programme.clocks.quiet_from: '25:00' is not a time of day; write",
        "enterprise[Demo 1].programme.clocks.fix_days.D: unknown key; known here are C, B, A",
        "enterprise[Demo 1].programme.rate_card[1].B: 1.005 is not an amount; write",
        "enterprise[Demo 1].sandbox.listen: other machines could reach it; write 127.0.0.1",
    ):
        assert [s for s in said if s.startswith(start)], (start, said)
    assert len(said) == 14


def test_a_file_that_is_not_there_or_not_toml(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"none\.toml: no such file"):
        load(tmp_path / "none.toml")
    assert problems("[storage\n")[0].startswith("config.toml is not TOML:")
    assert problems("") == ["enterprise: missing; write at least one [[enterprise]]."]
    (tmp_path / "gbk.toml").write_bytes('name = "示例"'.encode("gb18030"))
    with pytest.raises(WrongSettings, match="save it as UTF-8"):
        load(tmp_path / "gbk.toml")


def bot(line: str) -> str:
    return f"{PLANT}[enterprise.telegram]\n{line}\n"


def test_a_secret_is_a_value_a_variable_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n", encoding="utf-8")
    for found in (
        settings(bot(f'token = "{TOKEN}"')),
        settings(bot('token_env = "T"'), T=TOKEN),
        settings(bot('token_file = "token"'), tmp_path),
    ):
        platform = found.telegram(found.enterprise[0], 7)
        assert platform is not None
        assert (platform.token, platform.enterprise, platform.code) == (TOKEN, 7, "demo")
        assert found.secrets() == [TOKEN]
        assert TOKEN not in repr(found) + str(found) + repr(platform)
        assert not found.enterprise[0].sandbox_enabled


@pytest.mark.parametrize(
    "line, said",
    [
        (f'token = "{TOKEN}"\ntoken_env = "T"', "token_env: token and token_env are both there; write only one"),
        ('token_env = "T"', "token_env: the environment variable T is not set; set it"),
        ('token_file = "none"', "token_file: the file none cannot be read; write"),
        ("", "token: missing; write the token BotFather gave"),
        ('token = ""', "token: is empty; write the secret"),
        (f'tokne = "{TOKEN}"', 'tokne: unknown key; write "token"'),
        (f'token = "{TOKEN}"\nwebhook_secret = "?"', "webhook_secret: Telegram takes 1 to 256"),
    ],
)
def test_what_can_be_wrong_with_a_secret(line: str, said: str) -> None:
    found = problems(bot(line))
    assert [s for s in found if s.startswith(f"enterprise[demo].telegram.{said}")], found
    assert TOKEN not in "".join(found)


def test_two_enterprises_need_two_codes_and_two_bots() -> None:
    second = PLANT.replace("demo", "other")
    line = f'[enterprise.telegram]\ntoken = "{TOKEN}"\n'
    assert problems(PLANT + PLANT) == ["enterprise[demo].code: is there twice; write each code once."]
    assert problems(PLANT + line + second + line) == [
        "enterprise[other].telegram.token: demo has the same bot; write a token of its own."
    ]


def test_a_webhook_needs_a_public_https_address() -> None:
    hook = bot(f'token = "{TOKEN}"\nmode = "webhook"')
    assert settings(f'[web]\npublic_url = "https://a.example"\n{hook}').web.public_url == "https://a.example"
    assert "https addresses only" in problems(f'[web]\npublic_url = "http://a.example"\n{hook}')[0]
    own = hook + 'api_url = "http://127.0.0.1:8081"\n'
    assert settings(f'[web]\npublic_url = "http://a.example"\n{own}')
    same = hook + '[enterprise.sandbox]\nenabled = true\nlisten = "127.0.0.1:8080"\n'
    assert "write another port" in problems(f'[web]\npublic_url = "https://a.example"\n{same}')[0]


def test_an_enterprise_without_any_platform_is_refused() -> None:
    assert "no platform at all" in problems(f"{PLANT}[enterprise.sandbox]\nenabled = false\n")[0]


def test_the_sandbox_leaves_this_machine_only_if_told_to() -> None:
    text = f'{PLANT}[enterprise.sandbox]\nlisten = "0.0.0.0:8765"\nallow_remote = true\n'
    assert settings(text).enterprise[0].sandbox.allow_remote
    for local in ("127.0.0.1:0", "localhost:80", "[::1]:8765"):
        assert settings(f'{PLANT}[enterprise.sandbox]\nlisten = "{local}"\n')


def test_amounts_are_yuan_and_become_fen() -> None:
    text = f"""{PLANT}
    [enterprise.programme]
    extra_limit = "200.50"
    duty_factor = 1.2
    earning = {{ leader = "none" }}
    danger_numbers = {{ "调度室" = "0710-12345" }}
    [enterprise.programme.clocks]
    quiet_from = 21:30:00
    [[enterprise.programme.rate_card]]
    effective = 2027-01-01
    B = 60
    """
    rules = settings(text).enterprise[0].rules
    assert rules.extra_limit == 20_050
    assert str(rules.duty_factor) == "1.2"
    assert dict(rules.earning) == {Role.OFFICER: Earning.POINTS, Role.LEADER: Earning.NONE}
    assert rules.danger_numbers == (("调度室", "0710-12345"),)
    assert rules.clocks.quiet_from == time(21, 30)
    old, new = rules.cards
    assert (old.effective, old.rate(Kind.HAZARD, Level.B)) == (date(2000, 1, 1), 5000)
    assert (new.version, new.rate(Kind.HAZARD, Level.B), new.rate(Kind.HAZARD, Level.A)) == (
        "2027-01-01",
        6000,
        10_000,
    )


def test_two_cards_of_one_day_and_a_budget_the_wrong_way_round() -> None:
    card = "[[enterprise.programme.rate_card]]\neffective = 2027-01-01\n"
    assert "two cards begin on 2027-01-01" in problems(PLANT + card + card)[0]
    budget = "[enterprise.programme.budget]\nwarn_percent = 90\nhold_percent = 80\n"
    assert "is above hold_percent" in problems(PLANT + budget)[0]


WECOM = PLANT + '[enterprise.wecom]\ncorp_id = "ww0123456789abcdef"\nagent_id = 1000002\n'


def test_a_wecom_application_needs_its_three_secrets() -> None:
    told = "\n".join(problems(WECOM))
    assert all(f"write the {what}" in told for what in ("application's Secret", "callback's Token", "callback's Enc"))
    given = f'secret_env = "S"\ntoken = "QDG6eK"\naes_key = "{AES_KEY}"\n'
    found = settings(WECOM + given, S="hush-hush")
    assert found.secrets() == ["hush-hush", "QDG6eK", AES_KEY]
    app = found.wecom(found.enterprise[0], 1)
    assert app is not None
    assert (app.secret, app.token, app.aes_key, app.path) == ("hush-hush", "QDG6eK", AES_KEY, "/wecom/demo")
    assert not any(secret in repr(app) for secret in found.secrets())
    assert not found.enterprise[0].sandbox_enabled
    assert not found.enterprise[0].groups


def test_what_cannot_be_wecoms_is_named() -> None:
    told = "\n".join(problems(WECOM + 'secret = "s"\ntoken = "a-b"\naes_key = "too-short"\n'))
    assert "is no Token" in told
    assert "43 letters and digits" in told


def uncommented() -> dict[str, Any]:
    """The example with every commented key in force; of alternatives, too."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return tomllib.loads(re.sub(r"^# (?=(\[\[?[a-z._]+\]\]?|[a-zA-Z_]+ = .+)$)", "", text, flags=re.M))


def model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := model_in(a)) is not None), None)


def compare(model: type[BaseModel], table: dict[str, Any], where: str) -> None:
    assert set(table) == set(model.model_fields), where
    for key, field in model.model_fields.items():
        value, inner = table[key], model_in(field.annotation)
        if inner is not None:
            compare(inner, value[0] if isinstance(value, list) else value, f"{where}.{key}")
        elif not field.is_required() and field.default not in (None, {}) and key != "version":
            shown = getattr(inner_of(model, {key: value}), key)
            assert shown == field.default, f"{where}.{key}"


def inner_of(model: type[BaseModel], table: dict[str, Any]) -> BaseModel:
    required = {"code": "demo", "name": "x"} if "code" in model.model_fields else {}
    secret = {"token": TOKEN} if "token" in model.model_fields else {}
    if "bot_id" in model.model_fields:
        secret = {"bot_id": "aib1", "secret": "s"}
    if "corp_id" in model.model_fields:
        secret = {"corp_id": "ww012345", "agent_id": 1, "secret": "s", "token": "t", "aes_key": AES_KEY}
    return model.model_validate({**required, **secret, **table})


def test_the_example_names_every_key_and_its_default() -> None:
    compare(Settings, uncommented(), "")


def test_the_example_loads() -> None:
    found = load(EXAMPLE, {"WOODPECKER_TOKEN": TOKEN})
    assert found.enterprise[0].rules == Programme()


def test_every_setting_of_the_rules_can_be_configured() -> None:
    built = settings(PLANT).enterprise[0].rules
    assert built == Programme()
