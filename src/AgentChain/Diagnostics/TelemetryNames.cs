namespace AgentChain.Diagnostics;

/// <summary>
/// The names under which chains report. Spans follow the draft GenAI conventions for voice agents
/// (<c>invoke_agent</c> per turn, one child per block); durations are in seconds.
/// </summary>
public static class TelemetryNames
{
    /// <summary>The one <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySource = "AgentChain";

    /// <summary>The one <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string Meter = "AgentChain";

    /// <summary>Time from a turn's start to its outcome, in seconds.</summary>
    public const string TurnDuration = "agentchain.turn.duration";

    /// <summary>Time from a turn's start to its first output, in seconds.</summary>
    public const string TurnTimeToFirstOutput = "agentchain.turn.time_to_first_output";

    /// <summary>Time a block worked, in seconds.</summary>
    public const string BlockDuration = "agentchain.block.duration";

    /// <summary>Time a value waited in a block's queue, in seconds.</summary>
    public const string BlockQueueDuration = "agentchain.block.queue.duration";

    /// <summary>Time a block still worked, or was waited for, after its turn had ended early, in seconds.</summary>
    public const string BlockQuietDuration = "agentchain.block.quiet.duration";

    /// <summary>Time a block waited for a device, in seconds.</summary>
    public const string DeviceQueueDuration = "agentchain.device.queue.duration";

    /// <summary>Budgets that ran out.</summary>
    public const string BudgetOverruns = "agentchain.budget.overruns";

    /// <summary>Blocks left behind because they did not obey their token.</summary>
    public const string BlocksDetached = "agentchain.block.detached";

    /// <summary>Turns inside the chain.</summary>
    public const string TurnsActive = "agentchain.turn.active";

    /// <summary>Leases held.</summary>
    public const string LeasesActive = "agentchain.device.leases";

    /// <summary>Lanes that serve nobody because a detached block still runs there.</summary>
    public const string LanesStuck = "agentchain.device.lanes.stuck";

    /// <summary>Runs of blocks started before their input was certain.</summary>
    public const string SpeculationsStarted = "agentchain.speculation.started";

    /// <summary>Of those, the ones that stood.</summary>
    public const string SpeculationsCommitted = "agentchain.speculation.committed";

    /// <summary>Of those, the ones in vain.</summary>
    public const string SpeculationsTerminated = "agentchain.speculation.terminated";

    /// <summary>Time by which a turn's first output came sooner, in seconds.</summary>
    public const string SpeculationSaved = "agentchain.speculation.saved";

    /// <summary>Working time in vain, in seconds.</summary>
    public const string SpeculationWasted = "agentchain.speculation.wasted";

    /// <summary>The chain's name.</summary>
    public const string ChainTag = "agentchain.chain";

    /// <summary>The block's name.</summary>
    public const string BlockTag = "agentchain.block";

    /// <summary>The device's name.</summary>
    public const string DeviceTag = "agentchain.device";

    /// <summary>The turn's outcome: <c>completed</c>, <c>interrupted</c>, <c>deadline_exceeded</c>, <c>rejected</c> or <c>failed</c>.</summary>
    public const string OutcomeTag = "agentchain.outcome";

    /// <summary>The turn's number.</summary>
    public const string TurnTag = "agentchain.turn";

    /// <summary>How the turn ended, in the conventions' words: <c>completed</c> or <c>interrupted</c>; absent when it was neither.</summary>
    public const string EndReasonTag = "gen_ai.agent.invocation.end_reason";

    /// <summary>The operation, in the conventions' words: <c>chat</c>, <c>speech_to_text</c>, <c>retrieval</c>.</summary>
    public const string OperationTag = "gen_ai.operation.name";

    /// <summary>The type of the error, never its text.</summary>
    public const string ErrorTag = "error.type";
}
