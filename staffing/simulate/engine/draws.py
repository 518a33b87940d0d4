"""Random numbers looked up by name: each is the hash of a key and a purpose.

A contact's key is the hash of seed, replication, queue and number, so that what a contact is does
not depend on what else happened: common random numbers hold by construction.

Sources: G. L. Steele, D. Lea, C. H. Flood, OOPSLA (2014) 453-472 (SplitMix64, the hash); M. J.
Wichura, Applied Statistics 37 (1988) 477-484 (AS 241, the normal quantile); G. Marsaglia, W. W.
Tsang, ACM Transactions on Mathematical Software 26 (2000) 363-372 (gamma) and Journal of
Statistical Software 5 (8) (2000) (exponential).
"""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import math

import numpy as np

from staffing.simulate.engine import verb

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LOWEST_BITS = np.uint64(255)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)

NEVER, FIXED, EXPONENTIAL, LOGNORMAL, GAMMA, EMPIRICAL = range(6)
"""Kinds of durations."""

(
    ARRIVAL,
    WORK,
    PATIENCE_OF,
    OFFER,
    TRY_AGAIN,
    TRY_AGAIN_AFTER,
    TRANSFERRED,
    REPEATED,
    REPEATED_AFTER,
    CHILD,
    ABSENT,
    DAY_RATE,
    INTERVAL_RATE,
    RATE,
) = (np.uint64(purpose) for purpose in range(1, 15))


@verb
def mixed(x):
    """Hash 64 bits to 64 bits."""
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@verb
def nth_key(key, number):
    """Give the key of the n-th of a family."""
    return mixed(key + np.uint64(number) * GOLDEN)


@verb
def uniform(key, purpose):
    """Give a number in (0, 1), both ends excluded."""
    bits = mixed(key + purpose * GOLDEN) >> _S11
    return np.float64(bits) * 1.1102230246251565e-16 + 5.551115123125783e-17


_LAYERS = 256
_TAIL, _AREA = 7.69711747013104972, 0.0039496598225815571993
"""Where the lowest layer's tail begins, and the area of each layer."""


def _edges():
    """Give the right edges of layers of one area under exp(-x), the lowest first."""
    edges = np.zeros(_LAYERS + 1)
    edges[0], edges[1] = _AREA * math.exp(_TAIL), _TAIL
    for k in range(1, _LAYERS - 1):
        edges[k + 1] = -math.log(_AREA / edges[k] + math.exp(-edges[k]))
    return edges


_EDGES = _edges()
_HEIGHTS = np.exp(-_EDGES)


@verb
def unit_exponential(key, purpose):
    """Give an exponential time of mean 1: a point of a layer, which nearly always lies below it."""
    bits = mixed(key + purpose * GOLDEN)
    beyond = 0.0
    while True:
        layer = np.int64(bits & _LOWEST_BITS)
        x = np.float64(bits >> _S11) * 1.1102230246251565e-16 * _EDGES[layer]
        if x < _EDGES[layer + 1]:
            return beyond + x
        bits = mixed(bits + GOLDEN)
        if layer == 0:  # the tail is the whole again, from its beginning on
            beyond += _TAIL
            continue
        share = np.float64(bits >> _S11) * 1.1102230246251565e-16
        if _HEIGHTS[layer] + share * (_HEIGHTS[layer + 1] - _HEIGHTS[layer]) < math.exp(-x):
            return beyond + x
        bits = mixed(bits + GOLDEN)


@verb
def duration(law, samples, mean_s, key, purpose):
    """Give a time of the law's shape with this mean [s]."""
    kind = law.kind
    if kind == EXPONENTIAL:
        return mean_s * unit_exponential(key, purpose)
    if kind == FIXED:
        return mean_s
    if kind == LOGNORMAL:  # `shape` is sigma of the logarithm
        z = normal_quantile(uniform(key, purpose))
        return mean_s * math.exp(law.shape * (z - 0.5 * law.shape))
    if kind == GAMMA:
        return mean_s * unit_gamma(law.shape, mixed(key + purpose * GOLDEN))
    if kind == EMPIRICAL:  # samples of mean 1
        many = law.end_sample - law.first_sample
        return mean_s * samples[law.first_sample + np.int64(many * uniform(key, purpose))]
    return np.inf


@verb
def unit_gamma(shape, key):
    """Give a gamma variate of mean 1."""
    turn = np.uint64(0)
    one = np.uint64(1)
    boosted = shape if shape >= 1.0 else shape + 1.0
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        turn += one
        z = normal_quantile(uniform(key, turn))
        turn += one
        v = 1.0 + c * z
        if v > 0.0:
            v = v * v * v
            if math.log(uniform(key, turn)) < 0.5 * z * z + d * (1.0 - v + math.log(v)):
                break
    if shape < 1.0:
        v *= uniform(key, np.uint64(0)) ** (1.0 / shape)
    return d * v / shape


@verb
def normal_quantile(p):
    """Invert the normal distribution to sixteen digits (AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _ratio(r, 0)
    r = math.sqrt(-math.log(min(p, 1.0 - p)))
    z = _ratio(r - 1.6, 1) if r <= 5.0 else _ratio(r - 5.0, 2)
    return -z if q < 0.0 else z


_ABOVE = np.array(
    [
        [
            2509.0809287301226727,
            33430.575583588128105,
            67265.770927008700853,
            45921.953931549871457,
            13731.693765509461125,
            1971.5909503065514427,
            133.14166789178437745,
            3.387132872796366608,
        ],
        [
            7.7454501427834140764e-4,
            0.0227238449892691845833,
            0.24178072517745061177,
            1.27045825245236838258,
            3.64784832476320460504,
            5.7694972214606914055,
            4.6303378461565452959,
            1.42343711074968357734,
        ],
        [
            2.01033439929228813265e-7,
            2.71155556874348757815e-5,
            0.0012426609473880784386,
            0.026532189526576123093,
            0.29656057182850489123,
            1.7848265399172913358,
            5.4637849111641143699,
            6.6579046435011037772,
        ],
    ]
)
_BELOW = np.array(
    [
        [
            5226.495278852854561,
            28729.085735721942674,
            39307.89580009271061,
            21213.794301586595867,
            5394.1960214247511077,
            687.1870074920579083,
            42.313330701600911252,
            1.0,
        ],
        [
            1.05075007164441684324e-9,
            5.475938084995344946e-4,
            0.0151986665636164571966,
            0.14810397642748007459,
            0.68976733498510000455,
            1.6763848301838038494,
            2.05319162663775882187,
            1.0,
        ],
        [
            2.04426310338993978564e-15,
            1.4215117583164458887e-7,
            1.8463183175100546818e-5,
            7.868691311456132591e-4,
            0.0148753612908506148525,
            0.13692988092273580531,
            0.59983220655588793769,
            1.0,
        ],
    ]
)


@verb
def _ratio(r, part):
    above, below = 0.0, 0.0
    for i in range(8):
        above = above * r + _ABOVE[part, i]
        below = below * r + _BELOW[part, i]
    return above / below
