"""What needs the user: one row per cause, which goes away by itself when the cause is gone.

Sources are functions of what is stored and the time; most rows are derived from a state that is
there anyway, so that no row can outlive its cause. Only failures are kept (`failures.py`).
"""
