namespace AgentChain.Benchmarks.Simulations.Workflows;

/// <summary>One turn of the study.</summary>
/// <param name="Row">The number of the turn.</param>
/// <param name="At">The time of its arrival, in seconds.</param>
/// <param name="Work">The work of each stage, in seconds on a device of speed 1.</param>
/// <param name="Predicted">The prediction of each stage's work.</param>
sealed record WorkflowJob(long Row, double At, double[] Work, double[] Predicted);
