"""The one door to the forecasting library: a structural time series fitted to months of counts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from reports.ahead.rules import AHEAD, Method, Rough

_LEVELS = {Method.SEASONS: "llevel", Method.GROWTH: "lldtrend"}


def fit(history: Sequence[int], method: Method) -> Rough:
    """What the model says of the next twelve months, and how far they may end from it."""
    return _fitted(tuple(history), method)


@lru_cache(maxsize=256)  # by the very months: when a row changes, it is another history
def _fitted(history: tuple[int, ...], method: Method) -> Rough:
    # Here and not above: it takes seconds and 150 MB, which only who asks shall pay, once.
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(
        [float(month) for month in history],
        level=_LEVELS[method],
        freq_seasonal=[{"period": 12, "harmonics": 1}],
        stochastic_freq_seasonal=[False],
    )
    # Nelder and Mead find what the usual search finds, in a third of its time.
    search = {"method": "nm", "maxiter": 200, "cov_type": "none"}
    found = model.fit(disp=False, warn_convergence=False, **search)
    ahead = found.get_forecast(AHEAD)
    return Rough(
        means=[float(mean) for mean in ahead.predicted_mean],
        variances=[float(variance) for variance in ahead.var_pred_mean],
        variance=_variance_of_all(model, found),
    )


def _variance_of_all(model: Any, found: Any) -> float:
    """The variance of the months together: they err together, so theirs only added is too small.

    The state's covariance is walked through the months, with its covariance to their sum so far.
    """
    moves, sees = model["transition"], model["design"][0]
    stirred = model["selection"] @ model["state_cov"] @ model["selection"].T
    state, noise = found.predicted_state_cov[:, :, -1], model["obs_cov"][0, 0]
    whole, shared = 0.0, state @ sees * 0
    for _ in range(AHEAD):
        whole += sees @ state @ sees + noise + 2 * sees @ shared
        shared = moves @ (shared + state @ sees)
        state = moves @ state @ moves.T + stirred
    return float(whole)
