"""Make the sample centre: a bilingual contact centre in Madrid whose true rates are known.

``python data/make_sample.py`` rewrites ``sample_history.csv.gz``; README.md describes it.
"""

import gzip
import zlib
from datetime import date
from pathlib import Path
from typing import NamedTuple

import holidays
import numpy as np
import pandas as pd

SEED, ZONE = 20261101, "Europe/Madrid"
COUNTS = ["contacts", "abandoned", "answered_in_target", "contacts_en"]  # blank if not measured
PATH = Path(__file__).with_name("sample_history.csv.gz")
FIRST_DAY, LAST_DAY = pd.Timestamp("2024-11-01"), pd.Timestamp("2026-10-31")
TRUTH_LAST_DAY = pd.Timestamp("2026-12-26")  # eight weeks more, to judge forecasts against

HANDOVER_SHARE = 0.35  # of the bot's contacts, while chat is open; the bot contains the others
DAY_CV, VOICE_SHARED_CV = 0.05, 0.03  # random day effect; its part common to the voice queues
AHT_CV, LATE_AHT = 0.8, 0.08  # of single handling times; longer at 22:00, shorter at 08:00
EARLY_TILT = (0.06, 0.0, 0.0, 0.0, 0.09, 0.0, 0.0)  # Monday and Friday come early in the day

Shape = tuple[tuple[float, float, float], ...]  # of a day: bumps of (hour, width [h], height)


class Queue(NamedTuple):
    """The true parameters of one queue; weekday tuples start on Monday."""

    name: str
    channel: str
    opening: tuple[tuple[int, int], ...]  # local hours; (0, 0) is closed
    peak: float  # contacts in the busiest half hour of an average workday, on the first day
    growth: float  # a year
    weekday: tuple[float, ...]
    shapes: tuple[Shape, Shape]  # of workdays and of weekends
    yearly: tuple[tuple[float, float], ...]  # (amplitude, peak day of the year) of each harmonic
    holiday: float  # share of the volume that comes on a public holiday; 0 is closed
    after_holiday: float  # extra volume the day after
    aht_s: tuple[float, float]  # at 15:00, on the first and on the last day; NaN: nobody handles it
    english: float  # share of the contacts


class Event(NamedTuple):
    """A declared event: on these days `queue` gets `effect` more contacts (0.35 is +35 %)."""

    name: str
    queue: str
    dates: tuple[date, ...]
    effect: float


class Sample(NamedTuple):
    """What the telephony would export (`history`), and the `truth` it was drawn from."""

    history: pd.DataFrame
    truth: pd.DataFrame


ALWAYS, CLOSED, FLAT = ((0, 24),) * 7, (0, 0), (0.0, np.inf)  # a floor is a bump without end
VOICE = (((*FLAT, 0.20), (11.6, 2.0, 1.0), (17.9, 2.1, 0.82)),
         ((*FLAT, 0.20), (12.3, 2.1, 1.0), (18.6, 2.3, 0.65)))  # fmt: skip
CHAT = (((*FLAT, 0.25), (12.0, 2.2, 0.8), (17.3, 2.5, 0.85)),
        ((*FLAT, 0.25), (12.8, 2.3, 0.9), (19.0, 2.5, 0.7)))  # fmt: skip
EMAIL = (((*FLAT, 0.04), (10.3, 1.8, 1.0), (16.4, 2.5, 0.75), (21.5, 1.8, 0.18)),
         ((*FLAT, 0.06), (11.8, 2.4, 1.0), (19.0, 3.0, 0.75)))  # fmt: skip
BOT = (((*FLAT, 0.03), (11.6, 2.3, 0.9), (16.8, 2.4, 0.8), (21.6, 1.7, 0.55)),
       ((*FLAT, 0.05), (12.6, 2.3, 0.9), (18.2, 2.6, 0.7), (22.0, 1.7, 0.5)))  # fmt: skip

QUEUES = (
    Queue("sales", "voice", ((9, 21),) * 5 + ((10, 18), CLOSED), peak=34, growth=0.03,
          weekday=(1.08, 1.04, 1.01, 0.98, 0.89, 0.58, 0), shapes=VOICE,
          yearly=((0.10, 350), (0.06, 110), (0.03, 30)),
          holiday=0, after_holiday=0.12, aht_s=(420, 420), english=0.18),
    Queue("support", "voice", ((8, 22),) * 7, peak=76, growth=0.06,
          weekday=(1.13, 1.04, 0.99, 0.96, 0.88, 0.55, 0.43), shapes=VOICE,
          yearly=((0.07, 10), (0.05, 125), (0.02, 20)),
          holiday=0.55, after_holiday=0.10, aht_s=(330, 360), english=0.22),
    Queue("chat", "chat", ((9, 21),) * 6 + (CLOSED,), peak=8, growth=0.25,  # without the bot's
          weekday=(1.06, 1.02, 1.0, 0.98, 0.94, 0.68, 0), shapes=CHAT,
          yearly=((0.06, 340), (0.04, 120)),
          holiday=0, after_holiday=0.08, aht_s=(540, 540), english=0.25),
    Queue("email", "email", ALWAYS, peak=21, growth=-0.05,
          weekday=(1.12, 1.04, 1.0, 0.98, 0.86, 0.36, 0.33), shapes=EMAIL,
          yearly=((0.09, 0), (0.05, 120)),
          holiday=0.60, after_holiday=0.10, aht_s=(300, 300), english=0.20),
    Queue("bot", "bot", ALWAYS, peak=75, growth=0.25,
          weekday=(1.05, 1.02, 1.0, 0.99, 0.94, 0.78, 0.76), shapes=BOT,
          yearly=((0.06, 340), (0.04, 120)),
          holiday=0.80, after_holiday=0.08, aht_s=(np.nan, np.nan), english=0.24),
)  # fmt: skip

# National and regional days; the language is named because the default follows the machine's.
_DAYS = holidays.country_holidays("ES", "MD", years=range(2024, 2027), language="en_US")
HOLIDAYS = pd.Series(list(_DAYS.values()), index=pd.to_datetime(list(_DAYS)))


def working_days(number: int) -> tuple[date, ...]:
    """Day `number` of the working days of every month."""
    days = pd.bdate_range(FIRST_DAY, TRUTH_LAST_DAY).difference(list(HOLIDAYS.index)).to_series()
    return tuple(days.groupby(days.dt.strftime("%Y-%m")).nth(number - 1).dt.date)


EVENTS = [
    Event("Bill run", "support", working_days(3), 0.35),
    Event("Bill run, next day", "support", working_days(4), 0.15),
    Event("Black Friday", "sales", tuple(pd.date_range("2025-11-17", "2025-11-30").date), 0.45),
    Event("Fibre launch", "sales", tuple(pd.date_range("2026-05-04", "2026-05-17").date), 0.30),
]


def half_hours(first: str, number: int) -> pd.DatetimeIndex:
    """Give the `number` half hours from local time `first` on."""
    return pd.date_range(first, periods=number, freq="30min", tz=ZONE)


# Calls could not get in from 10:00 to 13:00; about a quarter of them were tried again.
OUTAGE_QUEUE = "support"
OUTAGE = pd.Series([0.15] * 6 + [1.6, 1.5, 1.4, 1.2, 1.1], half_hours("2026-03-10 10:00", 11))

LOST = (  # (queue, first half hour, half hours): the export has no rows for them
    ("sales", "2025-02-11 11:00", 2), ("sales", "2025-10-14 12:00", 2),
    ("support", "2025-05-20 17:00", 3), ("support", "2025-10-14 12:00", 2),
    ("support", "2025-09-18 08:00", 28),  # all of a Thursday
    ("chat", "2026-06-16 15:00", 4), ("email", "2025-12-11 06:00", 2),
    ("bot", "2025-08-30 03:00", 2), ("bot", "2026-07-22 18:00", 2),
)  # fmt: skip


def open_grid(queue: Queue) -> pd.DataFrame:
    """Every open half hour of `queue`: interval_start, day, weekday, and mid-interval hour."""
    end = TRUTH_LAST_DAY + pd.Timedelta(days=1)
    starts = pd.date_range(FIRST_DAY, end, freq="30min", tz=ZONE, inclusive="left")
    day = starts.tz_localize(None).normalize()
    weekday, hour = starts.dayofweek.to_numpy(), (starts.hour + starts.minute / 60).to_numpy()
    opens, closes = np.array(queue.opening)[weekday].T
    is_open = (hour >= opens) & (hour < closes)
    if queue.holiday == 0:
        is_open &= ~day.isin(HOLIDAYS.index)
    columns = {"interval_start": starts, "day": day, "weekday": weekday, "hour": hour + 0.25}
    return pd.DataFrame(columns).take(np.flatnonzero(is_open)).reset_index(drop=True)


def day_shape(shape: Shape) -> np.ndarray:
    """Volumes of the day's 48 half hours as shares of the busiest one."""
    centre, width, height = np.array(shape).T
    distance = (np.arange(0.25, 24, 0.5)[:, None] - centre + 12) % 24 - 12  # midnight is no wall
    volume = np.exp(-0.5 * (distance / width) ** 2) @ height
    return np.asarray(volume / volume.max())


def ordinary_rate(queue: Queue, grid: pd.DataFrame) -> np.ndarray:
    """Contacts expected if no day were special: peak x weekday x hour x season x growth."""
    weekday, hour = grid["weekday"].to_numpy(), grid["hour"].to_numpy()
    shapes = np.array([day_shape(queue.shapes[day >= 5]) for day in range(7)])
    shape = shapes[weekday, (hour * 2).astype(int)]
    tilt = 1 - np.array(EARLY_TILT)[weekday] * np.clip((hour - 14) / 7, -1, 1)
    amplitude, peak_day = np.array(queue.yearly).T
    days = grid["day"].dt.dayofyear.to_numpy()[:, None] - peak_day
    season = np.exp(np.cos(2 * np.pi * np.arange(1, len(peak_day) + 1) * days / 365.25) @ amplitude)
    years = (grid["day"] - FIRST_DAY).dt.days.to_numpy() / 365.25
    level = queue.peak * np.array(queue.weekday)[weekday] * (1 + queue.growth) ** years
    return np.asarray(level * shape * tilt * season)


def true_aht_s(queue: Queue, grid: pd.DataFrame) -> np.ndarray:
    """Mean handling time [s]: a straight drift over the two years, longer late in the day."""
    first_s, last_s = queue.aht_s
    passed = ((grid["day"] - FIRST_DAY) / (LAST_DAY - FIRST_DAY)).to_numpy()
    late = np.clip((grid["hour"].to_numpy() - 15) / 7, -1, 1)
    return np.asarray((first_s + (last_s - first_s) * passed) * (1 + LATE_AHT * late))


def queue_truth(queue: Queue) -> pd.DataFrame:
    """Truth of one queue; `usual` is the rate without events, outage and rebound."""
    grid = open_grid(queue)
    day, start = grid["day"], grid["interval_start"]
    what = day.map(HOLIDAYS).fillna("")
    factor = np.where(what != "", queue.holiday, 1.0)
    is_after = (what == "") & (day - pd.Timedelta(days=1)).isin(HOLIDAYS.index)
    factor *= np.where(is_after, 1 + queue.after_holiday, 1)
    what = what.mask(is_after, "day after a holiday")
    usual = rate = ordinary_rate(queue, grid) * factor
    for event in EVENTS:
        is_event = (event.queue == queue.name) & day.isin(pd.to_datetime(list(event.dates)))
        rate = rate * np.where(is_event, 1 + event.effect, 1)
        what = what.mask(is_event, event.name)
    if queue.name == OUTAGE_QUEUE:
        rate = rate * start.map(OUTAGE).fillna(1)
        what = what.mask(start.map(OUTAGE) < 1, "outage").mask(start.map(OUTAGE) > 1, "rebound")
    for name, first, number in LOST:
        what = what.mask((name == queue.name) & start.isin(half_hours(first, number)), "lost")
    names = {"queue": queue.name, "channel": queue.channel}
    return grid.assign(**names, usual=usual, rate=rate, aht_s=true_aht_s(queue, grid), what=what)


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers that depend on `seed` and `name` alone, not on who drew before."""
    child = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))
    return np.random.default_rng(child)


def draw_contacts(seed: int, queue: Queue, truth: pd.DataFrame) -> np.ndarray:
    """Poisson counts around the rate times a gamma effect of the day (mean 1)."""
    days = (TRUTH_LAST_DAY - FIRST_DAY).days + 1
    rng, own_cv, effect = stream(seed, f"{queue.name} contacts"), DAY_CV, np.ones(days)
    if queue.channel == "voice":
        own_cv = np.sqrt(DAY_CV**2 - VOICE_SHARED_CV**2)
        effect = stream(seed, "voice days").gamma(VOICE_SHARED_CV**-2, VOICE_SHARED_CV**2, days)
    effect = effect * rng.gamma(own_cv**-2, own_cv**2, days)
    return rng.poisson(truth["rate"] * effect[(truth["day"] - FIRST_DAY).dt.days])


def draw_answers(
    rng: np.random.Generator, truth: pd.DataFrame, contacts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Abandoned contacts, and those answered in target, the worse the busier the half hour.

    The centre staffs by the square root rule, follows the day's shape not quite to its peaks,
    and has covered half of each declared event and nothing of a rebound.
    """
    lift = (truth["rate"] / truth["usual"]).mask(truth["what"].isin(["outage", "rebound"]), 1)
    expected = truth["usual"] * np.sqrt(lift)
    day_peak = expected.groupby(truth["day"]).transform("max")
    planned = expected * (day_peak / expected) ** 0.1
    pressure = contacts / (planned + np.sqrt(planned))
    abandoned = rng.binomial(contacts, (0.04 * np.exp(4 * (pressure - 0.9))).clip(0.004, 0.5))
    return abandoned, rng.binomial(contacts - abandoned, 1 / (1 + np.exp(6 * (pressure - 1.14))))


def draw_queue(seed: int, queue: Queue, truth: pd.DataFrame, contacts: np.ndarray) -> pd.DataFrame:
    """History of one queue as the telephony would have exported it, lost half hours left out."""
    rng = stream(seed, f"{queue.name} handling")
    abandoned, in_target = np.zeros_like(contacts), np.full(len(contacts), np.nan)
    is_live = queue.channel in {"voice", "chat"}
    if is_live:
        abandoned, in_target = draw_answers(rng, truth, contacts)
    answered = contacts - abandoned
    variance = np.log1p(AHT_CV**2 / np.maximum(answered, 1))  # of the logarithm of their mean
    noise = np.exp(rng.normal(-variance / 2, np.sqrt(variance)))
    history = truth[["queue", "channel", "interval_start"]].assign(
        contacts=contacts.astype(float),
        aht_s=(truth["aht_s"] * noise).round(1).where(answered > 0),
        abandoned=abandoned.astype(float) if is_live else np.nan,
        answered_in_target=in_target.astype(float),
        contacts_en=rng.binomial(contacts, queue.english).astype(float),
    )
    return history.loc[(truth["what"] != "lost") & (truth["day"] <= LAST_DAY)]


def make_sample(seed: int = SEED) -> Sample:
    """Draw the sample centre's history from its true rates.

    Parameters
    ----------
    seed : int
        Another seed gives another history of the same centre: the truth stays.

    Returns
    -------
    Sample
        `history` as the exported file has it, and `truth` with queue, channel, interval_start,
        rate (contacts expected before the random day effect), aht_s [s] and what ('' if ordinary)
        for every open half hour, lost ones too, to eight weeks beyond the history's end.
    """
    truth = {queue.name: queue_truth(queue) for queue in QUEUES}
    contacts = {queue.name: draw_contacts(seed, queue, truth[queue.name]) for queue in QUEUES}
    bot, chat, rates = truth["bot"], truth["chat"], ["rate", "usual"]
    in_bot = pd.Index(bot["interval_start"]).get_indexer(chat["interval_start"])
    chat[rates] += HANDOVER_SHARE * bot[rates].to_numpy()[in_bot]
    contacts["chat"] += stream(seed, "hand-over").binomial(contacts["bot"][in_bot], HANDOVER_SHARE)
    drawn = [draw_queue(seed, queue, truth[queue.name], contacts[queue.name]) for queue in QUEUES]
    order = ["queue", "interval_start"]
    columns = ["queue", "channel", "interval_start", "rate", "aht_s", "what"]
    return Sample(
        history=pd.concat(drawn).sort_values(order, ignore_index=True),
        truth=pd.concat(truth.values())[columns].sort_values(order, ignore_index=True),
    )


def write_sample(path: Path, seed: int = SEED) -> Sample:
    """Write the history to `path`, a gzipped CSV of the same bytes every time, and return it."""
    sample = make_sample(seed)
    table = sample.history.astype(dict.fromkeys(COUNTS, "Int64"))
    table["interval_start"] = table["interval_start"].astype(str).str.replace(" ", "T")
    text = table.to_csv(index=False, lineterminator="\n", float_format="%.1f")
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())
    return sample


if __name__ == "__main__":
    queues = write_sample(PATH).history.groupby("queue")
    total = queues[COUNTS].sum(min_count=1).assign(half_hours=queues.size())
    print(total.assign(mean_aht_s=queues["aht_s"].mean().round(1)).to_string())
    print(f"{PATH.name}: {queues.size().sum()} rows, {PATH.stat().st_size / 1e6:.2f} MB")
