using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates, in virtual time, a device that serves language models as their servers do, with continuous batching: it works in steps, and
/// the time of a step depends on all that is in it.
/// </summary>
/// <remarks>
/// <code>
///   prompts ── wait for any server ── one step for all that fit ── done
///   sequences ── enter the batch of the server with the fewest ── a token in each step ── leave it after their last
/// </code>
/// A server that has prompts reads them first, in a step of their own; the sequences of that server wait meanwhile. With
/// <see cref="SimulatedBatchOptions.ChunkTokens"/>, chunks of prompts ride in the steps of the sequences instead. Committed work enters a
/// step before speculative work. Canceled work leaves at once, but a step that has begun takes its time. Evicted sequences and prefixes that
/// are cached already are not modelled; give a prompt the number of its tokens that are not cached. Use the device only on the thread of its
/// clock's <see cref="VirtualWorld"/>.
/// </remarks>
[DebuggerDisplay("{Running} running, {Waiting} waiting")]
public sealed partial class SimulatedBatchDevice
{
    readonly SimulatedBatchOptions _options;
    readonly BatchServer[] _servers;
    readonly List<BatchJob> _prompts = [];
    TimeSpan _busy;
    TimeSpan _aborted;
    long _stepped;
    int _running;

    /// <summary>Initializes an idle device.</summary>
    /// <param name="clock">The clock of the device's world.</param>
    /// <param name="options">How long a step takes, and what fits into one.</param>
    /// <param name="servers">The number of servers, each with steps of its own; at least 1.</param>
    /// <exception cref="ArgumentNullException">The clock or the options are <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of servers is less than 1.</exception>
    public SimulatedBatchDevice(VirtualClock clock, SimulatedBatchOptions options, int servers = 1)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(options);
        OptionCheck.AtLeast(servers, 1, nameof(servers));
        (Clock, _options, ChunkTokens) = (clock, options, options.ChunkTokens);
        _servers = [.. Enumerable.Range(0, servers).Select(_ => new BatchServer(this))];
    }

    /// <summary>Gets the number of sequences in the batches of the servers, and of prompts that are read.</summary>
    public int Running => _running + _servers.Sum(server => server.Sequences.Count);

    /// <summary>Gets the number of prompts and sequences that wait.</summary>
    public int Waiting => _prompts.Count + _servers.Sum(server => server.Waiting.Count);

    /// <summary>Gets the total working time of all servers, including running steps up to now.</summary>
    public TimeSpan Busy => _servers.Where(server => server.IsRunning)
        .Aggregate(_busy, (sum, server) => sum + Clock.GetElapsedTime(server.Since));

    /// <summary>Gets the part of <see cref="Busy"/> that was spent on work that was later canceled: of each step its share, until then.</summary>
    public TimeSpan BusyAborted => _aborted;

    /// <summary>Gets the number of prompts and sequences that completed.</summary>
    public int Completed { get; private set; }

    /// <summary>Gets the number of prompts and sequences that were canceled, or failed.</summary>
    public int Aborted { get; private set; }

    /// <summary>Gets the number of steps that have ended.</summary>
    public long Steps { get; private set; }

    /// <summary>Gets the mean number of prompts or sequences in a step; 0 before the first has ended.</summary>
    public double MeanBatch => Steps == 0 ? 0 : (double)_stepped / Steps;

    internal VirtualClock Clock { get; }

    /// <summary>The size of a step with chunks of prompts; null for prompts in steps of their own.</summary>
    internal int? ChunkTokens { get; set; }

    /// <summary>The number of jobs on the device.</summary>
    internal int Jobs => Running + Waiting;

    internal IDeviceObserver? Observer { get; init; }

    /// <summary>Reads a prompt: waits for a server and takes part in one step.</summary>
    /// <param name="tokens">The number of tokens that are not cached; 0 or less completes at once.</param>
    /// <param name="context">The context of the block's run; <see langword="null"/> for work of no turn.</param>
    /// <param name="cancellationToken">A token that cancels the work, waiting or running.</param>
    /// <returns>A task that completes when the prompt has been read.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask PromptAsync(int tokens, BlockContext? context = null, CancellationToken cancellationToken = default) =>
        tokens <= 0 || cancellationToken.IsCancellationRequested ? AtOnce(cancellationToken) : new(Add(tokens, 0, context, cancellationToken).Task);

    /// <summary>Produces tokens: enters the batch of a server and takes part in as many steps.</summary>
    /// <param name="contextTokens">The number of tokens that come before, such as those of the prompt; not negative.</param>
    /// <param name="tokens">The number of tokens to produce; 0 or less completes at once.</param>
    /// <param name="context">The context of the block's run; <see langword="null"/> for work of no turn.</param>
    /// <param name="cancellationToken">A token that cancels the work, waiting or running.</param>
    /// <returns>A task that completes when the last token has been produced.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens that come before is negative.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask GenerateAsync(
        int contextTokens, int tokens, BlockContext? context = null, CancellationToken cancellationToken = default)
    {
        OptionCheck.AtLeast(contextTokens, 0, nameof(contextTokens));
        return tokens <= 0 || cancellationToken.IsCancellationRequested
            ? AtOnce(cancellationToken)
            : new(Add(contextTokens, tokens, context, cancellationToken).Task);
    }

    /// <summary>Produces tokens like <see cref="GenerateAsync"/>, and tells of each. The device does not wait for the reader.</summary>
    /// <param name="contextTokens">The number of tokens that come before, such as those of the prompt; not negative.</param>
    /// <param name="tokens">The number of tokens to produce.</param>
    /// <param name="context">The context of the block's run; <see langword="null"/> for work of no turn.</param>
    /// <param name="cancellationToken">A token that cancels the work, waiting or running. The end of the enumeration does so, too.</param>
    /// <returns>The numbers of the tokens, from 1, each when it has been produced.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens that come before is negative.</exception>
    public IAsyncEnumerable<int> StreamAsync(
        int contextTokens, int tokens, BlockContext? context = null, CancellationToken cancellationToken = default)
    {
        OptionCheck.AtLeast(contextTokens, 0, nameof(contextTokens));
        return ReadAsync(contextTokens, tokens, context, cancellationToken);
    }

    static ValueTask AtOnce(CancellationToken token) => token.IsCancellationRequested ? ValueTask.FromCanceled(token) : default;

    BatchJob Add(int tokens, int steps, BlockContext? context, CancellationToken cancellationToken)
    {
        var job = new BatchJob(this, tokens, steps, context, cancellationToken) { QueuedAt = Clock.GetTimestamp() };
        if (job.IsPrompt)
        {
            _prompts.Add(job);
            Array.ForEach(_servers, static server => server.Wake());
        }
        else
        {
            job.Server = _servers.MinBy(static server => server.Sequences.Count + server.Waiting.Count)!;
            job.Server.Waiting.Add(job);
            job.Server.Wake();
        }

        job.Watch();
        return job;
    }

    async IAsyncEnumerable<int> ReadAsync(
        int contextTokens, int tokens, BlockContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tokens <= 0)
        {
            yield break;
        }

        BatchJob job = Add(contextTokens, tokens, context, cancellationToken);
        try
        {
            for (int i = 1; i <= tokens; i++)
            {
                await job.ReachAsync(i);
                yield return i;
            }
        }
        finally
        {
            job.Cancel();
        }
    }
}
