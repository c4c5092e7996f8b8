namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>How the host of a random chain, or one of its blocks, misbehaves.</summary>
enum Hostility
{
    /// <summary>A block waits until its input is final, and throws at that instant.</summary>
    FailsAtCommit,

    /// <summary>A block throws at the time at which the final value arrives.</summary>
    FailsAsFinalArrives,

    /// <summary>A block succeeds at the instant its input becomes final.</summary>
    ReturnsAtCommit,

    /// <summary>A block that fails does so by a value task that throws when it is asked or awaited, or that was consumed before.</summary>
    AwaitableFails,

    /// <summary>A value task calls its continuation more than once, or while it is being set.</summary>
    AwaitableContinuesTwice,

    /// <summary>A callback at a block's token throws.</summary>
    CallbackThrows,

    /// <summary>A listener of instruments throws.</summary>
    MeterListenerThrows,

    /// <summary>A listener of spans throws.</summary>
    ActivityListenerThrows,

    /// <summary>A logger throws.</summary>
    LoggerThrows,

    /// <summary>A placement policy throws.</summary>
    PolicyThrows,

    /// <summary>A placement policy picks a device that does not exist.</summary>
    PolicyLies,

    /// <summary>A device scheduler throws at once.</summary>
    SchedulerThrows,

    /// <summary>A device scheduler returns a task that fails.</summary>
    SchedulerFails,

    /// <summary>A device scheduler returns no lease.</summary>
    LeaseIsNull,

    /// <summary>A device scheduler returns a lease for another device.</summary>
    LeaseIsAnothers,

    /// <summary>A device scheduler returns a lease that was given back before.</summary>
    LeaseIsReleased,

    /// <summary>A device scheduler returns a lease late, even if the token is canceled.</summary>
    LeaseIsLate,

    /// <summary>The release of a lease throws.</summary>
    ReleaseThrows,

    /// <summary>A device scheduler does not tell how busy it is, but throws.</summary>
    LoadThrows,

    /// <summary>A reader leaves the enumeration.</summary>
    ReaderBreaks,

    /// <summary>A reader throws within the enumeration.</summary>
    ReaderThrows,

    /// <summary>A reader cancels its enumeration.</summary>
    ReaderCancels,

    /// <summary>A reader interrupts its turn.</summary>
    ReaderInterrupts,

    /// <summary>A host disposes a turn without reading it.</summary>
    NobodyReads,

    /// <summary>A reader leaves and comes back.</summary>
    ReaderComesBack,

    /// <summary>A host disposes the chain while turns are inside.</summary>
    ChainIsDisposed,

    /// <summary>A host drains the chain while turns are inside, and then disposes it.</summary>
    ChainIsDrained,

    /// <summary>A host interrupts all turns inside.</summary>
    TurnsAreInterrupted,
}
