from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from published_votes import bt500_demo, p910_demo, panel
from random_votes import panels, simulated

from beholder.ratings import Ratings, rater_cards, recover


def _clicked(seed, *, stimuli=40, raters=16, share=1.0, repetitions=1, unanimous=0):
    votes, _ = simulated(seed, stimuli, raters, repetitions=repetitions)
    generator = np.random.default_rng(seed + 10_000)  # not the stream of the truth
    block = np.full((stimuli, raters, repetitions), np.nan)
    block[votes.stimulus, votes.rater, votes.repetition] = votes.score
    block[:unanimous] = 5
    block[:, 0] = generator.integers(1, 6, (stimuli, repetitions))
    block[generator.random(block.shape) > share] = np.nan
    return Ratings.from_matrix(block)


@pytest.mark.parametrize(
    "design",
    [
        {},
        {"stimuli": 300, "raters": 40, "share": 0.15},
        {"stimuli": 20, "raters": 20, "repetitions": 2},
        {"unanimous": 8},
    ],
)
def test_a_random_clicker_is_found_and_honest_raters_are_left_alone(design):
    found, flagged, honest = 0, 0, 0
    for seed in range(20):
        cards = rater_cards(_clicked(seed, **design))
        found += cards[0].verdict == "likely random"
        flagged += sum(card.verdict != "keep" for card in cards[1:])
        honest += len(cards) - 1
    assert found >= 19
    assert flagged <= 0.05 * honest


def test_a_card_says_why_and_what_changes():
    votes = _clicked(3)
    card = rater_cards(votes)[0]
    assert (card.rater, card.votes, card.verdict) == ("1", 40, "likely random")
    assert card.reasons[0].startswith("Votes do not follow what was shown: correlation ")
    assert "over 40 votes, usual is 0." in card.reasons[0]
    assert card.effect.startswith("Without this rater the MOS changes by 0.")
    mean = votes.matrix()
    change = np.abs(mean.mean(axis=1) - mean[:, 1:].mean(axis=1))
    assert card.change == pytest.approx(change.mean())
    assert (card.largest_change, card.changed_stimulus) == (
        pytest.approx(change.max()),
        votes.stimuli[int(change.argmax())],
    )


def test_an_inverted_scale_is_a_question():
    votes, _ = simulated(1, 40, 16)
    block = votes.matrix()
    block[:, 4] = 6 - block[:, 4]
    card = rater_cards(Ratings.from_matrix(block))[4]
    assert card.verdict == "look"
    assert "was the scale inverted?" in card.reasons[0]


def test_a_strict_rater_is_a_question():
    votes, _ = simulated(2, 40, 16, rounded=False)
    block = votes.matrix()
    block[:, 4] -= 1.5
    card = rater_cards(replace(Ratings.from_matrix(np.clip(block, 1, 5))))[4]
    assert card.verdict == "look"
    assert any("lower than the others" in reason for reason in card.reasons)


@pytest.mark.parametrize("vote", [3, 5])
def test_a_straight_line_is_not_a_vote(vote):
    votes, _ = simulated(3, 40, 16)
    block = votes.matrix()
    block[:, 4] = vote
    card = rater_cards(Ratings.from_matrix(block))[4]
    assert card.verdict == "likely random"
    assert any("Gave the same vote in 100% of 40 votes" in reason for reason in card.reasons)
    assert np.isnan(card.correlation)


def test_equal_stimuli_are_no_reason():
    generator = np.random.default_rng(0)
    block = np.clip(4 + (generator.random((30, 12)) < 0.1), 1, 5)
    assert {card.verdict for card in rater_cards(Ratings.from_matrix(block))} == {"keep"}


def test_haste_and_long_runs():
    votes, _ = simulated(4, 40, 10)
    generator = np.random.default_rng(0)
    seconds = generator.uniform(4, 8, len(votes))
    seconds[votes.rater == 2] = 0.7
    score = votes.score.copy()
    order = votes.stimulus.astype(float)
    score[(votes.rater == 6) & (order < 14)] = 3
    cards = rater_cards(replace(votes, seconds=seconds, order=order, score=score))
    assert cards[2].seconds == 0.7
    assert "Took 0.7 s for a vote" in cards[2].reasons[0]
    assert cards[6].longest_run >= 14
    assert any("times in a row" in reason for reason in cards[6].reasons)
    assert "keep" in {card.verdict for card in cards}


def test_gold_and_traps():
    votes, _ = simulated(5, 40, 10)
    block = votes.matrix()
    block[0], block[1], block[2:4] = 2, 4, 5
    block[0, 3], block[1, 3] = 5, 1
    block[2:4, 7] = 1
    facts = {"trap": ("2", "4", *[None] * 38), "gold": (None, None, "5", "4", *[None] * 36)}
    cards = rater_cards(replace(Ratings.from_matrix(block), about_stimuli=facts))
    assert (cards[3].trap_hits, cards[3].trap_votes, cards[3].verdict) == (0, 2, "likely random")
    assert "Missed 2 of 2 trapping clips." in cards[3].reasons
    assert (cards[7].gold_hits, cards[7].gold_votes, cards[7].verdict) == (0, 2, "look")
    assert (cards[0].trap_hits, cards[0].gold_hits, cards[0].verdict) == (2, 2, "keep")


def test_repetitions_that_do_not_agree():
    votes, _ = simulated(6, 30, 12, repetitions=2)
    block = np.full((30, 12, 2), np.nan)
    block[votes.stimulus, votes.rater, votes.repetition] = votes.score
    block[:, 5, 1] = np.random.default_rng(1).permutation(block[:, 5, 0])
    card = rater_cards(Ratings.from_matrix(block))[5]
    assert card.repetition_difference == pytest.approx(np.abs(np.diff(block[:, 5])).mean())
    assert any("repetitions do not agree" in reason for reason in card.reasons)


def test_screening_decisions_of_a_method_are_on_the_card():
    votes = _clicked(6)
    result = recover(votes, method="correlation")
    cards = rater_cards(votes, recovered=result)
    assert cards[0].reasons[-1] == result.reasons[0][0]
    assert "rejected" in cards[0].reasons[-1]
    biased = rater_cards(votes, recovered=recover(votes))
    assert biased[1].bias == pytest.approx(recover(votes).bias[1])


@settings(max_examples=40, deadline=None)
@given(panels())
def test_every_panel_has_a_card_per_rater_with_a_reason(votes):
    cards = rater_cards(votes)
    assert [card.rater for card in cards] == list(votes.raters)
    assert [card.votes for card in cards] == votes.votes_per_rater.tolist()
    assert all(card.reasons and card.effect for card in cards)


def test_few_votes_are_not_judged():
    cards = rater_cards(Ratings.from_matrix([[1, 5, 3], [4, 1, 2]]))
    assert {card.verdict for card in cards} == {"keep"}
    assert cards[0].reasons == ("There are too few raters with enough votes to compare with.",)
    sparse = Ratings.from_matrix([[4, np.nan], [np.nan, 2]])
    assert rater_cards(sparse)[0].effect == "1 stimuli would have no vote left."


@pytest.mark.parametrize(("name", "planted"), [("NFLX", []), ("NFLX4outliers", [26, 27, 28, 29]), ("VQEGHD3", [])])
def test_real_panels(data_dir, name, planted):
    cards = rater_cards(panel(data_dir, name))
    assert [i for i, card in enumerate(cards) if card.verdict == "likely random"] == planted
    assert sum(card.verdict == "look" for card in cards) <= 1


@pytest.mark.parametrize("demo", [p910_demo, bt500_demo])
def test_the_five_scrambled_raters_of_the_demos(data_dir, demo):
    cards = rater_cards(demo(data_dir)[0])
    assert [i for i, card in enumerate(cards) if card.verdict == "likely random"] == [0, 1, 2, 3, 4]
