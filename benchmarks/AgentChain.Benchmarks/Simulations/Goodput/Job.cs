namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>One turn of the study.</summary>
/// <param name="Row">The row of its arrival.</param>
/// <param name="At">The time of its arrival, in seconds.</param>
/// <param name="Work">The time of each stage, in seconds.</param>
/// <param name="Predicted">The prediction of each stage's time, in seconds.</param>
sealed record Job(long Row, double At, double[] Work, double[] Predicted);
