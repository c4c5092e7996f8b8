namespace AgentChain.Diagnostics;

/// <summary>
/// Provides the names of the telemetry of chains. Spans follow the draft GenAI conventions for voice agents
/// (<c>invoke_agent</c> per turn, one child per block). Steps that only gather or pass on values, such as <c>Collect</c>, <c>Regroup</c>,
/// <c>Loop</c> and the join of <c>Parallel</c>, have no span; reports name them. Durations are in seconds.
/// </summary>
public static class TelemetryNames
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySource = "AgentChain";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string Meter = "AgentChain";

    /// <summary>The time from a turn's start to its outcome, in seconds.</summary>
    public const string TurnDuration = "agentchain.turn.duration";

    /// <summary>The time from a turn's start to its first output, in seconds.</summary>
    public const string TurnTimeToFirstOutput = "agentchain.turn.time_to_first_output";

    /// <summary>The time that a block worked, in seconds.</summary>
    public const string BlockDuration = "agentchain.block.duration";

    /// <summary>The time that a value waited in a block's queue, in seconds.</summary>
    public const string BlockQueueDuration = "agentchain.block.queue.duration";

    /// <summary>The time that a block kept working, or was waited for, after its turn ended early, in seconds.</summary>
    public const string BlockQuietDuration = "agentchain.block.quiet.duration";

    /// <summary>The time that a block waited for a device, in seconds.</summary>
    public const string DeviceQueueDuration = "agentchain.device.queue.duration";

    /// <summary>The number of budget overruns.</summary>
    public const string BudgetOverruns = "agentchain.budget.overruns";

    /// <summary>The number of blocks that were detached because they did not observe their cancellation token.</summary>
    public const string BlocksDetached = "agentchain.block.detached";

    /// <summary>The number of turns in the chain.</summary>
    public const string TurnsActive = "agentchain.turn.active";

    /// <summary>The number of leases held.</summary>
    public const string LeasesActive = "agentchain.device.leases";

    /// <summary>The number of lanes that are unavailable because a detached block still runs there.</summary>
    public const string LanesStuck = "agentchain.device.lanes.stuck";

    /// <summary>The number of native calls that hang and whose lanes have another thread by now.</summary>
    public const string CallsHung = "agentchain.device.calls.hung";

    /// <summary>The number of block runs that were started before their input was final.</summary>
    public const string SpeculationsStarted = "agentchain.speculation.started";

    /// <summary>The number of speculative runs that were committed.</summary>
    public const string SpeculationsCommitted = "agentchain.speculation.committed";

    /// <summary>The number of speculative runs that were terminated.</summary>
    public const string SpeculationsTerminated = "agentchain.speculation.terminated";

    /// <summary>The time by which speculation advanced a turn's first output, in seconds.</summary>
    public const string SpeculationSaved = "agentchain.speculation.saved";

    /// <summary>The working time of terminated speculative runs, in seconds.</summary>
    public const string SpeculationWasted = "agentchain.speculation.wasted";

    /// <summary>The name of the chain.</summary>
    public const string ChainTag = "agentchain.chain";

    /// <summary>The name of the block.</summary>
    public const string BlockTag = "agentchain.block";

    /// <summary>The name of the device.</summary>
    public const string DeviceTag = "agentchain.device";

    /// <summary>
    /// The outcome of the turn: <c>completed</c>, <c>interrupted</c>, <c>deadline_exceeded</c>, <c>rejected</c> or <c>failed</c>.
    /// </summary>
    public const string OutcomeTag = "agentchain.outcome";

    /// <summary>The number of the turn.</summary>
    public const string TurnTag = "agentchain.turn";

    /// <summary>Whether the turn is one of a warm-up; else absent.</summary>
    public const string WarmUpTag = "agentchain.warm_up";

    /// <summary>The end reason of the turn in terms of the conventions: <c>completed</c> or <c>interrupted</c>; else absent.</summary>
    public const string EndReasonTag = "gen_ai.agent.invocation.end_reason";

    /// <summary>The operation as defined by the conventions, such as <c>chat</c>, <c>speech_to_text</c> or <c>retrieval</c>.</summary>
    public const string OperationTag = "gen_ai.operation.name";

    /// <summary>The time that a tool ran, in seconds.</summary>
    public const string ToolDuration = "gen_ai.execute_tool.duration";

    /// <summary>The number of tokens of a request to a model.</summary>
    public const string TokenUsage = "gen_ai.client.token.usage";

    /// <summary>The time from a request to a model to the end of its answer, in seconds.</summary>
    public const string ModelDuration = "gen_ai.client.operation.duration";

    /// <summary>The time from a request to a model to the first chunk of its answer, in seconds.</summary>
    public const string ModelTimeToFirstChunk = "gen_ai.client.operation.time_to_first_chunk";

    /// <summary>The operation of a work inside a block: the value of <see cref="OperationTag"/>.</summary>
    internal const string ExecuteTool = "execute_tool";

    /// <summary>The operation of a request to a model by a block without an operation of its own.</summary>
    internal const string Chat = "chat";

    /// <summary>The name of the tool.</summary>
    public const string ToolNameTag = "gen_ai.tool.name";

    /// <summary>The name of the provider of a model.</summary>
    public const string ProviderTag = "gen_ai.provider.name";

    /// <summary>The name of the model that was requested.</summary>
    public const string RequestModelTag = "gen_ai.request.model";

    /// <summary>The name of the model that answered.</summary>
    public const string ResponseModelTag = "gen_ai.response.model";

    /// <summary>The number of input tokens, including cached ones.</summary>
    public const string InputTokensTag = "gen_ai.usage.input_tokens";

    /// <summary>The number of output tokens.</summary>
    public const string OutputTokensTag = "gen_ai.usage.output_tokens";

    /// <summary>The number of input tokens that came from a cache.</summary>
    public const string CachedInputTokensTag = "gen_ai.usage.cache_read.input_tokens";

    /// <summary>The type of the tokens of a measurement: <c>input</c> or <c>output</c>.</summary>
    public const string TokenTypeTag = "gen_ai.token.type";

    /// <summary>The type of the error, without its message.</summary>
    public const string ErrorTag = "error.type";
}
