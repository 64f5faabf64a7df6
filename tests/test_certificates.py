"""The certificate as it is drawn: a whole A4 page as PNG and as PDF, with long names, without a seal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot import paper_child
from bot.certificate import NOT_FIRST, _lines, _width, drawn
from bot.settings_models import ModelSettings

SPEC = {
    "what": "certificate", "form": "png", "title": "荣誉证书", "name": "王磊 同志：", "unit": "磨矿车间",
    "body": "在 2026 年第四季度“啄木鸟”隐患上报中，您主动发现并上报隐患，经核实受理 13 条，"
    "为安全生产做出了突出贡献，被评为",
    "honour": "“啄木鸟”标兵", "close": "特发此证，以资鼓励。", "plant": "北山矿业", "day": "2027 年 1 月 7 日",
    "number": "证书编号 BB26Q4-01", "seal": "",
}  # fmt: skip


def picture(**more: str) -> Image.Image:
    return Image.open(io.BytesIO(drawn({**SPEC, **more}))).convert("RGB")


def red(image: Image.Image, box: tuple[float, float, float, float]) -> int:
    """How many strongly red points a part of the picture has, given in shares of it."""
    wide, high = image.size
    part = image.crop((int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high)))
    pixels = part.tobytes()
    return sum(r > 150 and g < 90 and b < 90 for r, g, b in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))


SEAL_PLACE = (0.62, 0.7, 0.88, 0.92)


def test_the_picture_is_a_page_across_that_a_phone_shows():
    image = picture()
    assert image.width / image.height == pytest.approx(297 / 210, abs=0.01)
    assert 1500 <= image.width <= 2200
    assert red(image, (0.3, 0.1, 0.7, 0.3)) > 3000  # the title
    assert red(image, SEAL_PLACE) == 0


def test_the_seal_is_set_over_the_plants_name(tmp_path: Path):
    Image.new("RGBA", (400, 400), (200, 0, 0, 255)).save(tmp_path / "seal.png")
    assert red(picture(seal=str(tmp_path / "seal.png")), SEAL_PLACE) > 20_000


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_a_lost_or_broken_seal_spoils_no_certificate(tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "seal.png").write_bytes(content)
    assert red(picture(seal=str(tmp_path / "seal.png")), SEAL_PLACE) == 0


def test_the_file_is_a_pdf_of_one_page():
    made = drawn({**SPEC, "form": "pdf"})
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") == 1


@pytest.mark.parametrize("body", [SPEC["body"], "found and reported hazards in the fourth quarter of 2026 " * 3])
def test_the_running_text_is_broken_within_the_page(body: str):
    lines = _lines(body, 30)
    assert "".join(lines).replace(" ", "").strip("\u3000") == body.replace(" ", "")
    assert all(_width(line) <= 31 and line[0] not in NOT_FIRST for line in lines)


def test_the_child_draws_it():
    answer, made = paper_child.answered({"work": "certificate", "spec": SPEC}, [])
    assert answer == {}
    assert made[0].startswith(b"\x89PNG")


def test_a_seal_that_is_no_file_is_named_at_the_check(tmp_path: Path):
    with pytest.raises(ValueError, match="is no file"):
        ModelSettings(seal=str(tmp_path / "nowhere.png"))
    (tmp_path / "seal.png").write_bytes(b"x")
    assert ModelSettings(seal=str(tmp_path / "seal.png")).build().seal == str(tmp_path / "seal.png")
    assert ModelSettings(seal="").build().seal is None
