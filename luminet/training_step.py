"""One step of training: losses, gradients, weights, on one device or on several."""

import tensorflow as tf


class TrainingStep:
    """Train a model on one batch.

    Args:
        model: `DetectionModel`.
        optimizer: `optimizers.Optimizer`.
        batch_size: int, images of a batch over all replicas.
        element_spec: the batches' signature, of `tf.data` or of a distributed data set:
            with it the step is traced once, whatever sizes the images have.
    """

    def __init__(self, model, optimizer, batch_size, element_spec):
        self.model = model
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.run = tf.function(self._run, input_signature=[element_spec])

    def _run(self, batch):
        strategy = tf.distribute.get_strategy()
        losses = strategy.run(self._replica_step, [batch])
        reduce = tf.distribute.ReduceOp.SUM
        return {k: strategy.reduce(reduce, v, axis=None) for k, v in losses.items()}

    def _replica_step(self, batch):
        variables = self.model.trainable_variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in variables])
            losses = self.model.compute_losses(self.model(batch, training=True))
            # Over the whole batch, not the replica's part: so replicas add up to it.
            losses = {k: tf.reduce_sum(v) / self.batch_size for k, v in losses.items()}
            loss = tf.add_n([*losses.values()])
            scaled = loss * self.optimizer.loss_scale
        gradients = tape.gradient(scaled, [variable.value for variable in variables])
        self.optimizer.apply(gradients, variables)
        return {"loss": loss, **losses}
