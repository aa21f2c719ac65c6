"""What a block of 512 users did in a day, as events: compiled, read from the engine's memory while it is in the cache.

An event is four int32: its moment (see `moments`), the user, the amount (centigrains, or whole units; NOTHING for none), and a word
with the event's number (8 bits), goal + 1 (8 bits) and detail + 1 (16 bits). `store.from_run` says the same in readable terms, for
days kept in memory; a test compares the two.
"""

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from hourglass_sim.engine.compiling import kept_on_disk
from hourglass_sim.engine.kernels import loader, storer
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.lift import INLINED
from hourglass_sim.engine.moments import LAST, LATE, OPEN, RANKS
from hourglass_sim.engine.state import PARTNERS

TOLD = (
    "analytics.action_tracked", "user.created", "user.logged_in", "user.deleted", "user.xp_gained", "user.level_up",
    "challenge.completed", "challenge.progress", "grain.earned", "grain.evaporated", "grain.transferred", "notification.send",
    "notification.delivered", "notification.opened", "contract.created", "contract.synced", "goal.completed", "goal.failed",
    "social.boost_received", "social.transfusion_received", "social.comment_received", "social.boost_sent",
    "social.comment_posted", "social.transfusion_sent", "feed.item_created", "season.changed", "phoenix.entered",
    "phoenix.exited", "achievement.unlocked",
)  # fmt: skip
(
    TRACKED, CREATED, LOGGED_IN, DELETED, XP_GAINED, LEVEL_UP, CHALLENGE_WON, CHALLENGE_ON, EARNED, EVAPORATED, TRANSFERRED,
    SENT, DELIVERED, FOLLOWED, CONTRACT, SYNCED, COMPLETED, FAILED, BOOST_CAME, TRANSFUSION_CAME, COMMENT_CAME, BOOST_SENT,
    COMMENT_SENT, TRANSFUSION_SENT, SHOWN, SEASON, ENTERED, EXITED, UNLOCKED,
) = range(len(TOLD))  # fmt: skip
IN_UNITS = (XP_GAINED, COMMENT_CAME, SHOWN)  # events whose amount is in whole units, not centigrains
DETAILS = (
    "rewards",
    "boost_in",
    "transfusion_in",
    "transfusion_out",
    "phoenix_minimum",
    "run_started",
    "run_ended",
    "morning",
    "evening",
)
REWARDS, BOOSTS, TRANSFUSIONS, GIVEN, MINIMUM, STARTED, ENDED, MORNING, EVENING = range(1, len(DETAILS) + 1)
NOTHING = np.iinfo(np.int32).min
MOST_OF_A_DAY = 96  # events of one user on one day, achievements aside
SPREAD = 2_400  # seconds of the hour over which openings are spread
HIDDEN = 2  # privacy from which victories stay out of the feed
BITS_PER_WORD = 60
TYPES = {  # columns that the telling reads, and their types
    "present": "i1", "user": "i4", "opened": "i1", "hour": "i1", "hour_1": "i1", "hour_2": "i1", "followed": "i1", "goals": "i1",
    "season": "i1", "phoenix_entered": "i1", "phoenix_exited": "i1", "victories": "i1", "left": "i1", "privacy": "i1",
    "boosted": "i1", "commented": "i1", "given": "i1", "comments_in": "i1", "title_start": "i1", "title_step": "i1",
    "level": "i2", "unlocked_today": "i2", "challenges_won": "i2", "challenges_joined": "i2", "potential": "i4",
    "rewarded": "i4", "earned": "i4", "topped_up": "i4", "xp_today": "i4", "boost_in": "i4", "transfusion_in": "i4",
    "boost_out": "i4", "comment_cost": "i4", "transfusion_out": "i4", "xp": "i8", "unlocked_low": "i8", "unlocked_high": "i8",
    "unlocked_top": "i8", "picked": "i1", "done": "i1", "title": "i1", "paid": "i4", "lost": "i4",
}  # fmt: skip
Places = NamedTuple("Places", [(name, int) for name in TYPES])
_i1, _i2, _i4, _i8 = (loader(dtype) for dtype in ("i1", "i2", "i4", "i8"))
_set_1, _set_2, _set_8 = (storer(dtype) for dtype in ("i1", "i2", "i8"))
_LOGIN, _FOLLOW, _ACT, _PARTNER, _TRANSFUSION = (RANKS.index(order) for order in (2, 1, 0, 30, 40))
_SECOND = len(RANKS)


class Yesterday(NamedTuple):
    """What each user had on the evening before: arrays [users]; `known` is 0 before the day of sign-up, `unlocked` int64[users, 3],
    `title` int8[users, slots]."""

    known: np.ndarray
    level: np.ndarray
    season: np.ndarray
    won: np.ndarray
    joined: np.ndarray
    xp: np.ndarray
    unlocked: np.ndarray
    title: np.ndarray


Addresses = NamedTuple("Addresses", [(name, int) for name in Yesterday._fields])  # of its arrays: passing them on costs nothing


class Terms(NamedTuple):
    """Numbers that the telling needs: hours of the rules, titles, slots, and the first detail of each group."""

    morning_hour: int
    sync_hour: int
    titles: int
    slots: int
    seasons: int
    reasons: int
    achievements: int
    levels: int


def places_of(layout: Layout) -> Places:
    """Where each column stands: bytes from the start of the scratch block, or -1 - bytes from the start of the state's."""
    found = []
    for name, dtype in TYPES.items():
        if layout[name].dtype != dtype:
            raise TypeError(f"column {name} is {layout[name].dtype}, but the telling reads {dtype}")
        found.append(layout.offset[name] if layout.is_scratch(name) else -1 - layout.offset[name])
    return Places(*found)


def nobody_yet(users: int, slots: int) -> Yesterday:
    """The evening before the first day."""
    small = np.zeros((5, users), dtype=np.int16)
    words = np.zeros((users, 3), dtype=np.int64)
    return Yesterday(*small, np.zeros(users, dtype=np.int64), words, np.zeros((users, slots), dtype=np.int8))


@intrinsic
def _store_four(typingctx, out, n, first, second, third, fourth):
    """Store four int32 at the n-th place of sixteen bytes from an address on."""

    def generate(context, builder, signature, arguments):
        word = ir.IntType(32)
        four = ir.VectorType(word, 4)
        value = ir.Constant(four, ir.Undefined)
        for k, number in enumerate(arguments[2:]):
            value = builder.insert_element(value, builder.trunc(number, word), ir.Constant(word, k))
        place = builder.gep(builder.inttoptr(arguments[0], four.as_pointer()), [arguments[1]])
        builder.store(value, place, align=1)
        return context.get_dummy_value()

    return types.void(*[types.intp] * 6), generate


@njit(**INLINED)
def opening_second(user, day):
    """Second of the hour, 1 to 2,400, at which a user opens on a day: fixed by the two numbers."""
    mixed = (np.uint64(user) * np.uint64(0x9E3779B1) + np.uint64(day) * np.uint64(0x85EBCA77)) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(0x2C1B3C6D)) & np.uint64(0xFFFFFFFF)
    return np.int64((mixed >> np.uint64(8)) % np.uint64(SPREAD)) + 1


@njit(**INLINED)
def _at(here, place):
    return here[1] + place if place >= 0 else here[0] - 1 - place


@njit(**INLINED)
def _put(out, n, moment, user, amount, event, goal=0, detail=0):
    _store_four(out, n, moment, user, amount, event | (goal << 8) | (detail << 16))
    return n + 1


@njit(**INLINED)
def _late(hour):
    return hour if hour >= 0 else 23


@njit(**INLINED)
def _arriving(here, at, i, user, opened, hour, hours, eve, terms, out, n):
    """Signing up (before that day's first message), how a challenge ended, the rewards of the evening before."""
    is_new = _i2(eve.known, user) == 0
    if is_new:
        first = min(hour, _late(_i1(_at(here, at.hour_1), i)), _late(_i1(_at(here, at.hour_2), i)))
        n = _put(out, n, _i8(hours, first), user, NOTHING, CREATED)
    morning = _i8(hours, terms.morning_hour)
    won, joined = _i2(_at(here, at.challenges_won), i), _i2(_at(here, at.challenges_joined), i)
    if won > _i2(eve.won, user):
        n = _put(out, n, morning + 12, user, NOTHING, CHALLENGE_WON)
    elif joined > _i2(eve.joined, user):
        n = _put(out, n, morning + 13, user, NOTHING, CHALLENGE_ON)
    _set_2(eve.won, user, won)
    _set_2(eve.joined, user, joined)
    rewarded = _i4(_at(here, at.rewarded), i)
    if rewarded > 0:
        n = _put(out, n, morning + 10, user, rewarded, EARNED, 0, REWARDS)
    xp = _i8(_at(here, at.xp), i)
    reward = 0 if is_new else xp - _i8(eve.xp, user) - _i4(_at(here, at.xp_today), i)
    _set_8(eve.xp, user, xp)
    if reward > 0:
        n = _put(out, n, morning + 11, user, reward, XP_GAINED, 0, REWARDS)
    return n


@njit(**INLINED)
def _gifts(here, at, i, user, morning, out, n):
    """What partners sent arrives in the morning."""
    boosts, transfusions = _i4(_at(here, at.boost_in), i), _i4(_at(here, at.transfusion_in), i)
    if boosts > 0:
        n = _put(out, n, morning + 20, user, boosts, BOOST_CAME)
        n = _put(out, n, morning + 22, user, boosts, TRANSFERRED, 0, BOOSTS)
    if transfusions > 0:
        n = _put(out, n, morning + 21, user, transfusions, TRANSFUSION_CAME)
        n = _put(out, n, morning + 23, user, transfusions, TRANSFERRED, 0, TRANSFUSIONS)
    comments = _i1(_at(here, at.comments_in), i)
    if comments > 0:
        n = _put(out, n, morning + 24, user, comments, COMMENT_CAME)
    return n


@njit(**INLINED)
def _messages(here, at, i, user, hours, out, n):
    first, second = _i1(_at(here, at.hour_1), i), _i1(_at(here, at.hour_2), i)
    if first >= 0:
        n = _put(out, n, _i8(hours, first) + 101, user, NOTHING, SENT, 0, MORNING)
        n = _put(out, n, _i8(hours, first) + 201, user, NOTHING, DELIVERED, 0, MORNING)
    if second >= 0:
        n = _put(out, n, _i8(hours, second) + 102, user, NOTHING, SENT, 0, EVENING)
        n = _put(out, n, _i8(hours, second) + 202, user, NOTHING, DELIVERED, 0, EVENING)
    return n


@njit(**INLINED)
def _opening(here, at, i, user, now, sync, eve, terms, out, n):
    """Logging in, the contract, its goals as they are done, what they pay and what evaporates at the sync."""
    n = _put(out, n, now + _LOGIN, user, NOTHING, LOGGED_IN)
    followed = _i1(_at(here, at.followed), i)
    if followed > 0:
        n = _put(out, n, now + _FOLLOW, user, NOTHING, FOLLOWED, 0, MORNING + followed - 1)
    if _i1(_at(here, at.goals), i) <= 0:
        return n
    n = _put(out, n, now + 20 * _SECOND + _ACT, user, _i4(_at(here, at.potential), i), CONTRACT)
    n = _put(out, n, sync + 300, user, _i4(_at(here, at.earned), i), SYNCED)
    for k in range(terms.slots):
        slot = k * BLOCK + i
        if _i1(_at(here, at.picked), slot) == 0:
            continue
        walked = (_i1(_at(here, at.title_start), i) + _i1(_at(here, at.title_step), i) * k) % terms.titles
        goal = (_i1(eve.title, user * terms.slots + k) if _i2(eve.known, user) else walked) + 1
        if _i1(_at(here, at.done), slot) == 0:
            lost = _i4(_at(here, at.lost), slot)
            n = _put(out, n, sync + 320 + k, user, lost, FAILED, goal)
            if lost > 0:
                n = _put(out, n, sync + 330 + k, user, lost, EVAPORATED, goal)
            continue
        paid = _i4(_at(here, at.paid), slot)
        n = _put(out, n, now + 120 * (k + 1) * _SECOND + _ACT, user, paid, COMPLETED, goal)
        if paid > 0:
            n = _put(out, n, sync + 310 + k, user, paid, EARNED, goal)
    return n


@njit(**INLINED)
def _bits(word):
    total = 0
    for k in range(PARTNERS):
        total += (word >> k) & 1
    return total


@njit(**INLINED)
def _each(out, n, now, user, partners, cost, rank, event):
    """One act for each partner's bit; each costs the same."""
    count = _bits(partners)
    for k in range(PARTNERS):
        if (partners >> k) & 1:
            n = _put(out, n, now + (60 + k) * _SECOND + rank, user, cost // count, event)
    return n


@njit(**INLINED)
def _together(here, at, i, user, now, out, n):
    """Boosts, comments and transfusions are sent while the app is open."""
    boosts, comments, given = _i1(_at(here, at.boosted), i), _i1(_at(here, at.commented), i), _i1(_at(here, at.given), i)
    if boosts > 0:
        n = _each(out, n, now, user, boosts, _i4(_at(here, at.boost_out), i), _PARTNER, BOOST_SENT)
    if comments > 0:
        n = _each(out, n, now, user, comments, _i4(_at(here, at.comment_cost), i), _PARTNER + 1, COMMENT_SENT)
    if given > 0:
        paid = _i4(_at(here, at.transfusion_out), i)
        n = _each(out, n, now, user, given, paid, _PARTNER + 2, TRANSFUSION_SENT)
        n = _put(out, n, now + 60 * _SECOND + _TRANSFUSION, user, -paid, TRANSFERRED, 0, GIVEN)
    return n


@njit(**INLINED)
def _progress(here, at, i, user, sync, eve, terms, out, n):
    """Phoenix minimum, XP, levels, seasons and Phoenix mode, the feed: all at the sync."""
    is_new = _i2(eve.known, user) == 0
    topped_up, xp = _i4(_at(here, at.topped_up), i), _i4(_at(here, at.xp_today), i)
    if topped_up > 0:
        n = _put(out, n, sync + 340, user, topped_up, EARNED, 0, MINIMUM)
    if xp > 0:
        n = _put(out, n, sync + 350, user, xp, XP_GAINED)
    level, season = _i2(_at(here, at.level), i), _i1(_at(here, at.season), i)
    if level > (1 if is_new else _i2(eve.level, user)):
        n = _put(out, n, sync + 351, user, NOTHING, LEVEL_UP, 0, terms.levels + level)
    if season >= 0 and season != (-1 if is_new else _i2(eve.season, user)):
        n = _put(out, n, sync + 352, user, NOTHING, SEASON, 0, terms.seasons + season)
    _set_2(eve.level, user, level)
    _set_2(eve.season, user, season)
    if _i1(_at(here, at.phoenix_exited), i) != 0:
        n = _put(out, n, sync + 353, user, NOTHING, EXITED)
    reason = _i1(_at(here, at.phoenix_entered), i)
    if reason > 0:
        n = _put(out, n, sync + 354, user, NOTHING, ENTERED, 0, terms.reasons + reason)
    victories = _i1(_at(here, at.victories), i)
    if victories > 0 and _i1(_at(here, at.left), i) == 0 and _i1(_at(here, at.privacy), i) < HIDDEN:
        n = _put(out, n, sync + 360, user, victories, SHOWN)
    return n


@njit(**INLINED)
def _achievements(here, at, i, user, sync, eve, terms, out, n):
    """Achievements whose bit is new, by number."""
    for word in range(3):
        place = at.unlocked_low if word == 0 else (at.unlocked_high if word == 1 else at.unlocked_top)
        now = _i8(_at(here, place), i)
        new = now & ~_i8(eve.unlocked, 3 * user + word)
        _set_8(eve.unlocked, 3 * user + word, now)
        number = word * BITS_PER_WORD
        while new != 0:
            if new & 1:
                n = _put(out, n, sync + 400 + number, user, NOTHING, UNLOCKED, 0, terms.achievements + number)
            new, number = new >> 1, number + 1
    return n


@njit(**INLINED)
def _tell_user(here, at, i, day, hours, eve, terms, out, n):
    user, opened, hour = _i4(_at(here, at.user), i), _i1(_at(here, at.opened), i), _i1(_at(here, at.hour), i)
    n = _arriving(here, at, i, user, opened, hour, hours, eve, terms, out, n)
    n = _gifts(here, at, i, user, _i8(hours, terms.morning_hour), out, n)
    n = _messages(here, at, i, user, hours, out, n)
    sync = _i8(hours, terms.sync_hour)
    if opened:
        sync = _i8(hours, hour) + LATE if hour >= terms.sync_hour else sync
        now = _i8(hours, hour) + OPEN + (opening_second(user, day) - 1) * _SECOND
        n = _opening(here, at, i, user, now, sync, eve, terms, out, n)
        n = _together(here, at, i, user, now, out, n)
    n = _progress(here, at, i, user, sync, eve, terms, out, n)
    if _i2(_at(here, at.unlocked_today), i) > 0:
        n = _achievements(here, at, i, user, sync, eve, terms, out, n)
    if _i1(_at(here, at.left), i) != 0:
        n = _put(out, n, _i8(hours, 23) + LAST, user, NOTHING, DELETED)
    for k in range(terms.slots):
        _set_1(eve.title, user * terms.slots + k, _i1(_at(here, at.title), k * BLOCK + i))
    _set_2(eve.known, user, 1)
    return n


@njit(nogil=True)
def tell(state, scratch, at, day, hours, eve, terms, out):
    """Number of events of some blocks' users on a day, put into `out` (int32[room, 4]) by user; `eve` becomes tonight.

    state, scratch: uint8[blocks, bytes]; `hours`: the first moment of each local hour, int64[24]. `out` has room for
    MOST_OF_A_DAY and every achievement of each user.
    """
    n = 0
    before = Addresses(
        eve.known.ctypes.data, eve.level.ctypes.data, eve.season.ctypes.data, eve.won.ctypes.data, eve.joined.ctypes.data,
        eve.xp.ctypes.data, eve.unlocked.ctypes.data, eve.title.ctypes.data,
    )  # fmt: skip
    for block in range(state.shape[0]):
        here = (state.ctypes.data + block * state.shape[1], scratch.ctypes.data + block * scratch.shape[1])
        present = _at(here, at.present)
        for i in range(BLOCK):
            if _i1(present, i) != 0:
                n = _tell_user(here, at, i, day, hours.ctypes.data, before, terms, out.ctypes.data, n)
    return n


kept_on_disk(tell)
