# SPDX-License-Identifier: Apache-2.0
"""What a stage trains: the module named by `Config.task` holds a class Task, for the one loop in `training.train`.

    model               what is trained; all processes begin with the weights of the first
    groups              [optimizer.Group] of what is learnt
    resumed             {"step", "progress", "optimizer"} of a run that stopped, or None
    progress            shared number 0 to 1; the loop keeps it up to date
    batches()           endless
    loss(batch)         a scalar tensor
    describe(batch)     JSON about a batch, for a loss that is not a number
    log()               what to print
    save(state)         writes the checkpoint; only the first process calls it
"""
