"""Why an issue matters, in one or two plain sentences."""

from __future__ import annotations

from beholder.types import Event

__all__ = ["explain"]

SENTENCES = {
    "banding": "Smooth areas break into visible steps: too few levels were kept by coding or processing.",
    "black": "The picture is black although the recording goes on.",
    "blank": "The picture is one uniform colour although the recording goes on.",
    "blockiness": "The block grid of the coder shows: the bit rate was too low for what moves here.",
    "blur": "Edges and texture are soft: focus, scaling or strong compression took the detail away.",
    "buffering": "A loading animation turns over a picture that stands still: the player waited for data.",
    "clipping": "The sound is driven past full scale and distorts.",
    "colour_cast": "Greys are tinted: the white balance or a colour conversion is off.",
    "corruption": "Blocks of the picture are broken, as after lost packets.",
    "dropout": "The sound breaks off abruptly and comes back.",
    "flicker": "The brightness jumps up and down.",
    "glare": "Bright reflections hide part of the filmed screen.",
    "level": "The sound is far from the usual loudness.",
    "loading_animation": "A loading animation turns on an otherwise still screen.",
    "low_contrast": "Black and white lie close together; the picture looks washed out.",
    "low_page_content": "The screen shows little or nothing.",
    "moire": "A wavy pattern lies over the picture: the pixel grids of screen and camera interfere.",
    "noise": "Grain moves all over the picture.",
    "overexposure": "Bright areas are blown out and have lost their detail.",
    "resolution_switch": "The resolution changed while playing, as when a player switches its bit rate.",
    "silence": "The sound is gone.",
    "skew": "The filmed screen stands at an angle to the camera.",
    "slow_response": "It took long until the screen reacted to the input.",
    "slow_start": "It took long until the first content showed.",
    "sound_noise": "A steady noise lies under the sound.",
    "stutter": "Pictures stay on the screen for uneven times: movement jerks.",
    "underexposure": "Dark areas are crushed and have lost their detail.",
    "upscaled": "The picture was coded at a lower resolution and scaled up.",
}


def explain(event: Event) -> str:
    """Give the reason in plain words.

    Examples
    --------
    >>> from beholder.types import Span
    >>> explain(Event("low_frame_rate", Span(0, 4), 0.5, {"rate_fps": 10.0}))
    'Only 10 new pictures per second are shown while something moves.'
    """
    if event.kind == "freeze":
        return _freeze(event)
    if event.kind == "low_frame_rate":
        return f"Only {float(event.evidence['rate_fps']):.0f} new pictures per second are shown while something moves."
    return SENTENCES.get(event.kind, f"{event.kind.replace('_', ' ').capitalize()} was found.")


def _freeze(event: Event) -> str:
    start = f"Movement stops at once and the picture stands for {event.span.duration:.1f} s. "
    if event.evidence.get("mode") == "skip":
        return start + "Then it jumps ahead: what happened meanwhile was never shown."
    return start + "Then it goes on where it stopped: the player or the app waited."
