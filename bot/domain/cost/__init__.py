"""The inner parts of the cost model; the rest of the bot uses bot.domain.tco, verdict and ledger."""
