namespace AgentChain.Tests.Seams;

/// <summary>How a host's code can break its contract.</summary>
public enum Misbehavior
{
    /// <summary>Throws when it is called.</summary>
    Throws,

    /// <summary>Throws after it has returned, when it is awaited or enumerated.</summary>
    ThrowsLater,

    /// <summary>Returns null although its type excludes it.</summary>
    ReturnsNull,

    /// <summary>Never completes, even if its token is canceled.</summary>
    NeverReturns,

    /// <summary>Returns a value task that has been consumed before: asking it for its status throws.</summary>
    Stale,

    /// <summary>Returns a value task that throws when a continuation is set.</summary>
    CannotBeAwaited,

    /// <summary>Returns a value that its contract excludes.</summary>
    Lies,
}
