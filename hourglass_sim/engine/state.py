"""Every column of a user: traits, state kept between days, and what a day makes anew. One line each."""

from hourglass_policy.catalogue.counters import CATEGORIES, COUNTERS

from hourglass_sim.engine.layout import Column

RING_DAYS = 30
PARTNERS = 6  # members of the pact with whom a person interacts
SLOTS = 3  # goals in a person's repertoire; 5 when a contract may hold more than three


def trait(name: str, dtype: str, doc: str, unit: str = "", size: int = 1) -> Column:
    """A column set once at birth."""
    return Column(name, dtype, doc, unit, "trait", size)


def state(name: str, dtype: str, doc: str, unit: str = "", size: int = 1, recorded: bool = False) -> Column:
    """A column kept from day to day."""
    return Column(name, dtype, doc, unit, "state", size, recorded)


def scratch(name: str, dtype: str, doc: str, unit: str = "", size: int = 1, recorded: bool = False) -> Column:
    """A column made anew each day."""
    return Column(name, dtype, doc, unit, "scratch", size, recorded)


TRAITS = (
    trait("user", "i4", "number of the user"),
    trait("arrival_day", "i2", "day of sign-up", "day of the run"),
    trait("persona", "i1", "index of the persona"),
    trait("language", "i1", "0 English, 1 French"),
    trait("chronotype", "i1", "index of the chronotype, early to late"),
    trait("peak_hour", "f4", "hour at which the person likes to open", "hour"),
    trait("openness", "f4", "inclination to open on a plain day", "log-odds"),
    trait("ability", "f4", "inclination to complete", "log-odds"),
    trait("sociability", "f4", "inclination to social acts", "log"),
    trait("novelty_seeking", "f4", "how readily new goals are tried, median 1", "factor"),
    trait("tolerance", "f4", "patience with notifications", "log"),
    trait("leave_rate", "f4", "hazard of leaving before habit and motivation", "per day"),
    trait("habit_rate", "f4", "growth of a goal's habit", "per repetition"),
    trait("title_start", "i1", "first title of the person's walk through the titles"),
    trait("title_step", "i1", "step of that walk"),
    trait("pact_size", "i2", "members of the pact, 1 alone"),
    trait("privacy", "i1", "in the feed: 0 by name, 1 anonymous, 2 hidden"),
)


def state_columns(slots: int) -> tuple[Column, ...]:
    """State kept between days for a repertoire of `slots` goals."""
    return (
        state("gone", "i1", "left for good"),
        state("in_spell", "i1", "in a spell of absence"),
        state("opted_out", "i1", "notifications switched off", recorded=True),
        state("motivation", "f8", "mood towards the app", "log-odds", recorded=True),
        state("app_habit", "f8", "automaticity of opening, 0 to 1", recorded=True),
        state("goal_habit", "f8", "automaticity of each goal, 0 to 1", size=slots, recorded=True),
        state("usual_hour", "f8", "running mean of opening hours", "hour", recorded=True),
        state("usual_xp", "f8", "XP a day that the person is used to", "XP", recorded=True),
        state("irritation", "f8", "irritation by unopened notifications", recorded=True),
        state("novelty_1", "f8", "novelty of the morning template, 0 to 1", recorded=True),
        state("novelty_2", "f8", "novelty of the evening template, 0 to 1", recorded=True),
        state("closeness", "f8", "part of the way to the next level, 0 to 1"),
        state("title", "i1", "title of each goal", size=slots, recorded=True),
        state("titles_tried", "i1", "titles met so far"),
        state("first_use", "i2", "day of a goal's first use, -1 before", "day of the run", size=slots),
        state("last_use", "i2", "day of a goal's last use, -1 before", "day of the run", size=slots),
        state("goal_value", "i2", "value of each goal", "centigrains", size=slots),
        state("goal_difficulty", "f4", "difficulty of each goal, 0 to 1", size=slots),
        state("goal_is_micro", "i1", "whether a goal is a micro-victory", size=slots),
        state("goal_category", "i1", "category of each goal, by its number", size=slots),
        state("heritage", "i8", "golden grains", "centigrains", recorded=True),
        state("earned_total", "i8", "grains earned so far", "centigrains"),
        state("counted_days", "i2", "days with a row that counts", "days"),
        state("grains_ring", "i2", "grains of each of the last 30 days", "centigrains", size=RING_DAYS),
        state("ratio_ring", "i4", "ratio at the end of each of the last 30 days", "hundredths", size=RING_DAYS),
        state("grains_30", "i4", "grains over the season window", "centigrains"),
        state("grains_low", "i4", "grains over the low-grains window", "centigrains"),
        state("grains_exit", "i4", "grains over the exit window", "centigrains"),
        state("ratio", "i4", "life ratio", "hundredths of a point", recorded=True),
        state("xp", "i8", "experience points", "XP", recorded=True),
        state("level", "i2", "level", recorded=True),
        state("perks", "i1", "perks in force, one bit each", recorded=True),
        state("protections_used", "i1", "missed days protected this week", "days"),
        state("streak", "i2", "consecutive days with a victory", "days", recorded=True),
        state("longest_streak", "i2", "longest streak so far", "days"),
        state("perfect_streak", "i2", "consecutive perfect days", "days", recorded=True),
        state("perfect_days", "i2", "perfect days so far", "days"),
        state("victory_run", "i2", "days in a row with a victory, protection aside", "days"),
        state("days_without_victory", "i2", "days since the last victory", "days"),
        state("goals_completed", "i4", "victories so far"),
        state("goals_in", "i2", "victories so far in each category", size=len(CATEGORIES)),
        state("proofs", "i4", "proofs uploaded so far"),
        state("season", "i1", "season of life: -1 none, 0 winter, 1 spring, 2 summer, 3 autumn", recorded=True),
        state("seasons_seen", "i1", "seasons met, one bit each"),
        state("seasons_met", "i1", "different seasons met"),
        state("phoenix", "i1", "in Phoenix mode", recorded=True),
        state("days_in_phoenix", "i2", "days since Phoenix mode began", "days"),
        state("days_since_exit", "i2", "days since the last exit, -1 when never", "days"),
        state("phoenix_exits", "i2", "exits from Phoenix mode so far"),
        state("openings", "i2", "days opened so far", "days"),
        state("last_open", "i2", "day of the last opening, -1 before", "day of the run"),
        state("own_weekday", "i1", "weekday of sign-up, 0 Monday"),
        state("run", "i2", "days in a row opened, up to yesterday", "days"),
        state("ignored", "i2", "messages in a row that were not opened"),
        state("comebacks", "i2", "returns after more than a week"),
        state("early_bird", "i2", "openings before 08:00"),
        state("night_owl", "i2", "openings from 22:00"),
        state("unlocked_low", "i8", "achievements unlocked, bits 0 to 59", recorded=True),
        state("unlocked_high", "i8", "achievements unlocked, bits 60 to 119", recorded=True),
        state("unlocked_top", "i8", "achievements unlocked, bits 120 to 179", recorded=True),
        state("achievements_unlocked", "i2", "achievements unlocked up to the evening before"),
        state(
            "next_threshold", "i4", "lowest threshold of a locked achievement that each counter is short of", size=len(COUNTERS)
        ),
        state("unlocked_count", "i2", "achievements unlocked so far, tonight's with them"),
        state(
            "look_together", "i8", "achievements with several conditions or requirements to be looked at tonight, one bit each"
        ),
        state("reward_xp", "i4", "XP of yesterday's achievements, paid today", "XP"),
        state("reward_centigrains", "i4", "grains of yesterday's achievements, paid today", "centigrains"),
        state("partner", "i2", "row of each partner, -1 none", size=PARTNERS),
        state("feed", "i2", "when the last victories were shown, of even and odd days", "day of the run + 1", size=2),
        state("parcel", "i2", "what partners sent, of even and odd days: boosts + 8 transfusions + 64 comments", size=2),
        state("unseen", "i1", "boosts, transfusions and comments not yet seen", "acts"),
        state("boosts_sent", "i4", "boosts sent so far"),
        state("boosts_received", "i4", "boosts received so far"),
        state("transfusions_sent", "i4", "transfusions sent so far"),
        state("transfusions_received", "i4", "transfusions received so far"),
        state("comments", "i4", "comments written so far"),
        state("active_word", "i8", "days opened, one bit for each of the current 64"),
    )


def scratch_columns(slots: int) -> tuple[Column, ...]:
    """What a day makes anew."""
    names = ("u_spell", "u_open", "u_follow", "u_hour", "u_contract", "u_proof", "u_replace", "u_policy", "u_leave", "u_opt_out")
    draws = tuple(scratch(name, "f8", "draw in (0, 1)") for name in names)
    return (
        *draws,
        scratch("u_pick", "f8", "draw for wanting each goal", size=slots),
        scratch("u_done", "f8", "draw for completing each goal", size=slots),
        scratch("u_spare", "f8", "unused draws", size=4),
        scratch("present", "i1", "signed up and not gone", recorded=True),
        scratch("chosen", "i2", "users whom a sparse stage visits"),
        scratch("is_new", "i1", "signed up today"),
        scratch("is_own_weekday", "i1", "today is the weekday of sign-up"),
        scratch("due", "i2", "counters of a group that reached a threshold tonight, one bit each", size=len(COUNTERS) // 8 + 2),
        scratch("age_days", "i2", "days since sign-up", "days"),
        scratch("absent_days", "i2", "days since the last opening", "days"),
        scratch("potential", "i4", "white grains of the day", "centigrains", recorded=True),
        scratch("rewarded", "i4", "grains paid for yesterday's achievements", "centigrains", recorded=True),
        scratch("hour_1", "i1", "hour of the first message, -1 none", recorded=True),
        scratch("hour_2", "i1", "hour of the second message, -1 none", recorded=True),
        scratch("push_1", "f8", "push of the first message", "log-odds"),
        scratch("push_2", "f8", "push of the second message", "log-odds"),
        scratch("opened", "i1", "opened the app", recorded=True),
        scratch("followed", "i1", "message that brought the person: 0 none, 1, 2", recorded=True),
        scratch("hour", "i1", "hour of opening (0 when not opened)", recorded=True),
        scratch("sent", "i1", "messages delivered", recorded=True),
        scratch("returned", "i1", "came back after days away"),
        scratch("new_seasons", "i1", "a season met for the first time"),
        scratch("contract", "i1", "made a contract"),
        scratch("wanted", "i1", "whether each goal is wanted", size=slots),
        scratch("picked", "i1", "whether each goal is in the contract", size=slots, recorded=True),
        scratch("goals", "i1", "goals in the contract", recorded=True),
        scratch("done", "i1", "whether each goal was completed", size=slots, recorded=True),
        scratch("phase", "i1", "devaluation phase of each goal", size=slots),
        scratch("share", "i4", "share of each goal", "centigrains", size=slots),
        scratch("paid", "i4", "paid for each goal", "centigrains", size=slots, recorded=True),
        scratch("lost", "i4", "evaporated of each goal", "centigrains", size=slots),
        scratch("victories", "i1", "goals completed today", recorded=True),
        scratch("earned", "i4", "grains earned today", "centigrains", recorded=True),
        scratch("evaporated", "i4", "grains evaporated today", "centigrains", recorded=True),
        scratch("topped_up", "i4", "Phoenix minimum paid today", "centigrains", recorded=True),
        scratch("perfect", "i1", "a perfect day", recorded=True),
        scratch("protected", "i1", "a missed day that a perk protects", recorded=True),
        scratch("broken_streak", "i2", "length of the streak that broke today", "days"),
        scratch("streak_bonus", "i4", "XP of streaks today", "XP"),
        scratch("season_bonus", "i4", "XP of a new season today", "XP"),
        scratch("proofs_today", "i1", "proofs uploaded today", recorded=True),
        scratch("xp_today", "i4", "XP gained today", "XP", recorded=True),
        scratch("levels_today", "i2", "levels gained today"),
        scratch("phoenix_entered", "i1", "why Phoenix mode began today, 0 not", recorded=True),
        scratch("phoenix_exited", "i1", "Phoenix mode ended today", recorded=True),
        scratch("phoenix_opened", "i1", "opened, and in Phoenix mode after the sync"),
        scratch("potential_opened", "i4", "white grains of a day that was opened", "centigrains"),
        scratch("unlocked_today", "i2", "achievements unlocked today", recorded=True),
        scratch("joy_of_grains", "f8", "joy in the grains earned today", "log-odds"),
        scratch("joy_of_gifts", "f8", "joy in grains and in what partners sent", "log-odds"),
        scratch("joy", "f8", "joy of the day", "log-odds"),
        scratch("pain", "f8", "pain of the day", "log-odds"),
        scratch("replace", "i1", "whether each goal gives way to a new title", size=slots),
        scratch("has_gifts", "i1", "something arrived from partners"),
        scratch("boost_in", "i4", "boosts that arrived", "centigrains", recorded=True),
        scratch("transfusion_in", "i4", "transfusions that arrived", "centigrains", recorded=True),
        scratch("transfusions_in", "i1", "transfusions that arrived"),
        scratch("comments_in", "i1", "comments that arrived", recorded=True),
        scratch("looks", "i1", "looked at the feed, ready to react"),
        scratch("u_react", "f8", "draw for reacting to each partner", size=PARTNERS + 2),
        scratch("u_look", "f8", "draws for looking, joining, eggs, transfusions", size=4),
        scratch("boost_wish", "i1", "partners to boost, one bit each"),
        scratch("comment_wish", "i1", "partners to comment, one bit each"),
        scratch("gift_wish", "i1", "partners to give a transfusion, one bit each"),
        scratch("reserve", "i4", "white grains held back", "centigrains", recorded=True),
        scratch("boosted", "i1", "partners boosted, one bit each", recorded=True),
        scratch("commented", "i1", "partners commented, one bit each", recorded=True),
        scratch("given", "i1", "partners given a transfusion, one bit each", recorded=True),
        scratch("boosts_today", "i1", "boosts sent today"),
        scratch("comments_today", "i1", "comments written today"),
        scratch("transfusions_today", "i1", "transfusions sent today"),
        scratch("boost_out", "i4", "paid for boosts from the reserve", "centigrains", recorded=True),
        scratch("boost_subsidy", "i4", "added to boosts by the perk", "centigrains", recorded=True),
        scratch("boost_burn", "i4", "paid for boosts beyond their benefit", "centigrains", recorded=True),
        scratch("comment_cost", "i4", "paid for comments from the reserve", "centigrains", recorded=True),
        scratch("transfusion_out", "i4", "transfusions sent, from the heritage", "centigrains", recorded=True),
        scratch("refused", "i1", "boosts and comments that the reserve or a cap refused", recorded=True),
        scratch("has_sent", "i1", "sent something to partners"),
        scratch("arrived", "i4", "grains that entered the heritage in the morning", "centigrains"),
        scratch("left", "i1", "left for good today", recorded=True),
    )
