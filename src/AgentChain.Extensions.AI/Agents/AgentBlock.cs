using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Runs a chat model and its tools in rounds, and streams the answer on while it does: each update goes downstream at once, each call
/// starts as soon as it is seen in the stream, and the answers of the tools go back in the order of the calls. Thread-safe; the state of a
/// conversation is in its <see cref="AgentSession"/>.
/// </summary>
/// <remarks>
/// <para>
/// Every call gets exactly one answer. An unknown tool, arguments that do not fit, and a tool that throws or is too slow are answers that
/// the model can repair from, so the turn goes on. Downstream, calls are marked as informational, and each answer follows as an update
/// with the role <c>tool</c>.
/// </para>
/// <para>
/// A run whose input can still turn out to be wrong runs pure tools only; other calls wait for the commit, as the turn's output does. A
/// warm-up runs pure tools only.
/// </para>
/// <para>
/// What the client throws fails the turn, as for <see cref="ChatClientBlock"/>. The token that the block gets reaches the client and the
/// tools. A tool that ignores it is detached after the agent's grace.
/// </para>
/// </remarks>
public sealed class AgentBlock : IStreamBlock<AgentRequest, ChatResponseUpdate>, ICommitHooks, IHasOwnLimits, IHasInnerDevices
{
    readonly ConcurrentDictionary<(CancellationToken Turn, string Block, long Run), AgentRun> _runs = new();
    readonly ChatClientSwitch? _switch;
    readonly AgentModel _model;
    readonly int _maxRounds;
    readonly int _maxRepairs;
    readonly AgentOverrun _overrun;
    readonly FillerSetup? _filler;

    internal AgentBlock(IChatClient client, AgentSetup setup)
    {
        _switch = client as ChatClientSwitch;
        _model = setup.Model(client);
        (Instructions, ToolsByName) = (setup.InstructionsValue, new Dictionary<string, AgentTool>(setup.ToolValues));
        (_maxRounds, MaxCalls) = (setup.MaxRoundsValue, setup.MaxCallsValue);
        (Grace, MaxResult, TellsErrors) = (setup.GraceValue, setup.MaxResultValue, setup.TellsErrors);
        (_maxRepairs, _overrun) = (setup.MaxRepairsValue, setup.OverrunValue);
        _filler = setup.FillerValue;
        (EarlySources, Tools) = (setup.EarlySources, [.. ToolsByName.Values]);
    }

    /// <summary>Gets the tools, in the order in which they were added.</summary>
    public IReadOnlyList<AgentTool> Tools { get; }

    /// <inheritdoc/>
    public IReadOnlyList<InnerDevice> InnerDevices =>
        [.. Tools.Where(tool => tool.Device is not null).Select(tool => new InnerDevice(tool.Name, tool.Device!.Value))];

    internal string? Instructions { get; }

    internal IReadOnlyDictionary<string, AgentTool> ToolsByName { get; }

    internal IReadOnlyList<EarlySource> EarlySources { get; }

    internal int MaxCalls { get; }

    /// <summary>The number of runs that are neither committed nor terminated.</summary>
    internal int OpenRuns => _runs.Count;

    internal DeviceLoans Loans { get; } = new();

    internal TimeSpan Grace { get; }

    internal int MaxResult { get; }

    internal bool TellsErrors { get; }

    /// <inheritdoc/>
    /// <exception cref="AgentRoundsException">The model still called tools after its last round. Thrown by the enumeration.</exception>
    /// <exception cref="AgentBadCallsException">
    /// The model made calls that cannot be run in too many rounds in a row. Thrown by the enumeration.
    /// </exception>
    /// <exception cref="ToolOverrunException">
    /// A tool exceeded its budget under <see cref="ToolOverrun.Fail"/>. Thrown by the enumeration.
    /// </exception>
    /// <exception cref="ChatClientException">
    /// The client was disposed, or it returned <see langword="null"/>. Thrown by the enumeration.
    /// </exception>
    public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(AgentRequest input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _filler is null || context.IsWarmUp
            ? RunAsync(input, null, context, cancellationToken)
            : Filled(input, new FillerLog(), context, cancellationToken);
    }

    /// <inheritdoc/>
    ValueTask ICommitHooks.OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        if (_runs.TryRemove(KeyOf(context), out AgentRun? run))
        {
            run.Commit();
        }

        return default;
    }

    /// <inheritdoc/>
    ValueTask ICommitHooks.OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        // The record of the run was in no session, unless the run was committed before its turn ended.
        _runs.TryRemove(KeyOf(context), out _);
        return default;
    }

    /// <summary>Forgets a run that no hook of the chain ends, because the block is inside another one.</summary>
    internal void Forget(BlockContext context) => _runs.TryRemove(KeyOf(context), out _);

    /// <summary>Returns the name of the client.</summary>
    /// <returns>The provider and the model, or the type of the client.</returns>
    public override string ToString() => _model.ToString();

    IAsyncEnumerable<ChatResponseUpdate> Filled(
        AgentRequest input, FillerLog log, BlockContext context, CancellationToken cancellationToken) =>
        FillerStream.Of(token => RunAsync(input, log, context, token), _filler!, log, context, cancellationToken);

    async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        AgentRequest input, FillerLog? fillers, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        //  round 1..n   messages --> model ==text==> downstream
        //                              |--call--> tool --.
        //                              |--call--> tool --|  answers, in the order of the calls
        //                            messages <----------'
        //  round n + 1  the same, without tools
        // All rounds of a turn reach the same model, also if a switch replaces it in between.
        using ChatClientLease? lease = _switch?.Lease();
        AgentModel model = lease is null ? _model : _model.On(lease.Client);
        var run = new AgentRun(this, input, fillers, context, cancellationToken);
        if (context.RunNumber != 0 && context.IsSpeculative)
        {
            Await(run, context, cancellationToken);
        }

        try
        {
            for (int round = 1; ; round++)
            {
                // 1. Ask the model; its calls start while it still speaks.
                bool isLast = round > _maxRounds;
                IReadOnlyList<ChatMessage> messages = run.BeginRound(isLast);
                IAsyncEnumerable<ChatResponseUpdate> answer =
                    (isLast ? model.LastWord : model.Rounds).InvokeAsync(messages, context, cancellationToken);
                await foreach (ChatResponseUpdate update in answer)
                {
                    // An update that a client hands on after the cancel was never said.
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return run.Take(update);
                    if (run.IsFull)
                    {
                        break;
                    }
                }

                // 2. Without calls, that was the answer.
                if (!run.HasCalls)
                {
                    run.Answered();
                    yield break;
                }

                // 3. Hand on the answers of the tools, then ask again.
                while (run.HasCalls)
                {
                    yield return await run.NextAnswerAsync();
                }

                // 4. A limit of the agent's own: the answer ends here, or by the rule of the block.
                BlockOverrunException? overrun = isLast ? new AgentRoundsException(ToString(), _maxRounds)
                    : run.BadRounds > _maxRepairs ? new AgentBadCallsException(ToString(), _maxRepairs)
                    : null;
                if (overrun is not null)
                {
                    run.Answered();
                    if (_overrun != AgentOverrun.Partial)
                    {
                        throw overrun;
                    }

                    yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Length };
                    yield break;
                }
            }
        }
        finally
        {
            await run.EndAsync();
        }
    }

    /// <summary>Remembers a run until it is committed or terminated.</summary>
    void Await(AgentRun run, BlockContext context, CancellationToken cancellationToken)
    {
        var entry = KeyValuePair.Create(KeyOf(context), run);
        _runs[entry.Key] = run;
        _ = WithoutHooksAsync(entry, context.CommittedAsync(cancellationToken));
    }

    /// <summary>
    /// Does what the hooks do for a run that was committed before it began, or inside a block of the host that does not pass them on.
    /// </summary>
    async Task WithoutHooksAsync(KeyValuePair<(CancellationToken Turn, string Block, long Run), AgentRun> entry, ValueTask committed)
    {
        try
        {
            await committed;
            if (_runs.TryRemove(entry))
            {
                entry.Value.Commit();
            }
        }
        catch (OperationCanceledException)
        {
            _runs.TryRemove(entry);
        }
    }

    static (CancellationToken Turn, string Block, long Run) KeyOf(BlockContext context) =>
        (context.TurnToken, context.BlockName, context.RunNumber);
}
