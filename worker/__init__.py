"""A support desk that lives in one mailbox.

The flow: poller keeps → tasks ring → desk.reception receives (parse, route, decide, promise) → desk.ordering orders →
desk.delivery delivers → the timer rings again whatever waits.

cli        the command line, one file per family of commands
app        wiring: builds every part from Settings
settings   settings.yaml as frozen classes
model      the nouns
records    what the worker remembers, in its own types, over any Store
broker     the Dramatiq broker that settings name
tasks      the Dramatiq actors: doorbells only
poller     fetch, keep, archive, ring
policy     decides: pure functions, the reason comes with the decision
mail       reads and writes mail; knows no requests, fees or queues
desk       does: each step returns an Outcome, only reception and the timer save it
learning   the labelled examples and the training of the classifier
"""
