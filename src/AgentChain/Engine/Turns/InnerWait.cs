namespace AgentChain.Engine.Turns;

/// <summary>A time for which a block waited for work inside it.</summary>
/// <param name="Run">The run of the block.</param>
/// <param name="RunStartedAt">The time at which the run started; an object that is reused for several runs had this start then.</param>
/// <param name="Owner">The name of the block and the work.</param>
/// <param name="From">The time at which the block began to wait.</param>
/// <param name="RanAt">The time at which the work began to run; <see cref="long.MaxValue"/> if it had not.</param>
/// <param name="Until">The time at which the block stopped waiting.</param>
readonly record struct InnerWait(TraceStep Run, long RunStartedAt, string Owner, long From, long RanAt, long Until)
{
    /// <summary>Whether a step of the critical path is the run that waited, or one of its items.</summary>
    public bool IsIn(TraceStep step) =>
        ReferenceEquals(Run, step)
        || ReferenceEquals(Run, step.Parent)
        || (step.RunScope is { } scope && ReferenceEquals(Run.Scope, scope))
        || (step is ItemStep && step.StartedAt == RunStartedAt);
}
