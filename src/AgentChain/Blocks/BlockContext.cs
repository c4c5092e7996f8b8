using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>
/// Gives a block access to the turn that it works for. All data comes from the envelope that carried the input, never from
/// ambient state. Valid only while the block runs. Cheap to copy.
/// </summary>
public readonly struct BlockContext
{
    readonly IBlockScope _scope;

    internal BlockContext(IBlockScope scope) => _scope = scope;

    /// <summary>Gets the identifier of the turn.</summary>
    public TurnId TurnId => _scope.TurnId;

    /// <summary>Gets the block's name in its chain.</summary>
    public string BlockName => _scope.BlockName;

    /// <summary>
    /// Gets the time left until the block's own limit or the turn's deadline, whichever comes first. Zero if it has passed;
    /// <see cref="Timeout.InfiniteTimeSpan"/>, which is -1 ms, if there is no limit. The block's own limit does not count while the input
    /// is speculative: it begins when the input becomes final.
    /// </summary>
    public TimeSpan Remaining => _scope.Remaining;

    /// <summary>
    /// Gets the time left to the first and to the last output, as a budget for work in another process: each the shorter of the block's own
    /// limit and the turn's. Write it to the headers of a request with <see cref="DeadlineHeaders"/>.
    /// </summary>
    /// <value>
    /// A limit that has passed is one tick. There is no limit on the first output once the turn, or the block, has produced one, and none on
    /// stalls. <see cref="Remaining"/> is the shortest limit.
    /// </value>
    public LatencyBudget RemainingBudget => _scope.RemainingBudget;

    /// <summary>Gets the clock. A block should use no other clock, so that it can run in virtual time.</summary>
    public TimeProvider Time => _scope.Time;

    /// <summary>Gets the lease on the device that the block requested, or <see langword="null"/> if it requested none.</summary>
    public DeviceLease? Lease => _scope.Lease;

    /// <summary>Gets the token that is canceled when the turn ends.</summary>
    public CancellationToken TurnToken => _scope.TurnToken;

    /// <summary>Gets the number of this run, unique within its chain. It identifies the run to <see cref="ICommitHooks"/>.</summary>
    /// <value>0 if the chain does not speculate on the block.</value>
    public long RunNumber => _scope.RunNumber;

    /// <summary>
    /// Gets a value that indicates whether the input can still turn out to be wrong. The block's output is held until the input is final,
    /// but its side effects are not: a block that has any first awaits <see cref="CommittedAsync"/>, or gives up the run by throwing
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public bool IsSpeculative => _scope.IsSpeculative;

    /// <summary>
    /// Gets a value that indicates whether the run belongs to a warm-up. A block whose effects are not held back until its commit hook,
    /// such as one that sends a message, leaves them out.
    /// </summary>
    public bool IsWarmUp => _scope.IsWarmUp;

    /// <summary>
    /// States which shapes of input the block's warm-up is going to run, such as lengths that a provider prepares at their first run, so that
    /// <see cref="ChainBase{TIn,TOut}.Readiness"/> can tell which of them are warm. Does nothing outside a warm-up.
    /// </summary>
    /// <param name="shapes">The names of the shapes, such as <c>prompt of 64</c>; of more than 256, the rest is not shown.</param>
    /// <param name="device">The name of the device on which they run; <see langword="null"/> for that of <see cref="Lease"/>.</param>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public void StateShapes(IEnumerable<string> shapes, string? device = null)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        string[] all = [.. shapes.Select(static shape => OptionCheck.Name(shape, nameof(shapes)))];
        _scope.StateShapes(all, device is null ? null : OptionCheck.Name(device, nameof(device)));
    }

    /// <summary>Records that the block's warm-up has run a shape. Does nothing outside a warm-up.</summary>
    /// <param name="shape">The name of the shape.</param>
    /// <param name="device">The name of the device on which it ran; <see langword="null"/> for that of <see cref="Lease"/>.</param>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public void ShapeRan(string shape, string? device = null) => _scope.ShapeRan(
        OptionCheck.Name(shape, nameof(shape)), device is null ? null : OptionCheck.Name(device, nameof(device)));

    /// <summary>Waits until the input is final. Completes immediately if it already is.</summary>
    /// <param name="cancellationToken">The block's token, which is canceled when the hypothesis turns out to be wrong.</param>
    /// <returns>A task that represents the wait.</returns>
    /// <remarks>
    /// A block with a device holds its lease while it waits. If waiting blocks hold all leases of a device, the work that the input depends
    /// on may never get one: run the block without a device, or give the device more leases than there are turns.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask CommittedAsync(CancellationToken cancellationToken) => _scope.CommittedAsync(cancellationToken);

    /// <summary>Gets a value that an upstream block carried.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key of the value.</param>
    /// <returns>The value, or the type's default value if no upstream block carried one.</returns>
    public T? Get<T>(TurnKey<T> key) => _scope.Get(key);

    /// <summary>
    /// Marks the turn's live input as complete. Call it only in a block that was added with <c>LiveInput()</c>, once, before its
    /// final value. The chain's budget counts from <paramref name="known"/>. The report attributes the time up to
    /// <paramref name="last"/> to the input, and the time from there to <paramref name="known"/> to a setting.
    /// </summary>
    /// <param name="last">When the last relevant input arrived, such as the end of speech; a timestamp of <see cref="Time"/>.</param>
    /// <param name="known">
    /// The time at which it was known that no more input would come, such as the end of the silence that ends an utterance. Not earlier
    /// than <paramref name="last"/>; equal to it if no wait was needed.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The block was added without <c>LiveInput()</c>, or the method was already called.
    /// </exception>
    public void InputEnded(long last, long known) => _scope.InputEnded(last, known);

    /// <summary>Carries a value to the downstream blocks. The latest value of a key wins.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key of the value.</param>
    /// <param name="value">The value; it should be immutable.</param>
    public void Set<T>(TurnKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        _scope.Baggage = new Baggage<T>(key, value, _scope.Baggage);
    }

    /// <summary>
    /// Begins a piece of work inside the block, such as a call of a tool, so that the turn's report shows it under the name
    /// <c>block/name</c>. Its time until <see cref="InnerWork.Run"/> counts as waiting.
    /// </summary>
    /// <param name="name">
    /// The name of the work, such as the name of the tool; not empty. It must contain no user content. After 128 characters it is cut off;
    /// after 256 names in a turn, further ones are reported as <c>other</c>.
    /// </param>
    /// <param name="key">
    /// An object that identifies the work, equal to the <see cref="EarlyRequest.Key"/> of an earlier request for it, or
    /// <see langword="null"/>.
    /// </param>
    /// <returns>The work, to be ended by the block. Work that is open when the turn ends is reported as unfinished.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is <see langword="null"/> or empty.</exception>
    public InnerWork Begin(string name, object? key = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _scope.Begin(name, key);
    }

    /// <summary>Asks the chain's controller whether to start work inside the block early, and begins it if so.</summary>
    /// <param name="request">The work and the reasons for it.</param>
    /// <returns>The work, or <see langword="null"/> if it should not be started now.</returns>
    /// <exception cref="ArgumentException">The name is <see langword="null"/> or empty, or the probability is not 0 to 1.</exception>
    /// <remarks>
    /// The controller is that of <see cref="ChainOptions.Speculation"/>, in any chain, whether or not a block speculates. With
    /// <see cref="SpeculationLevel.None"/> there, nothing is started early.
    /// </remarks>
    public EarlyWork? TryBeginEarly(in EarlyRequest request) => TryBeginEarly(request, out _);

    /// <summary>
    /// Asks the chain's controller whether to start work inside the block early, begins it if so, and tells the decision.
    /// </summary>
    /// <param name="request">The work and the reasons for it.</param>
    /// <param name="decision">
    /// The decision. If its verdict is <see cref="SpeculationVerdict.Later"/>, the block can ask again after
    /// <see cref="SpeculationDecision.AskAgainIn"/>.
    /// </param>
    /// <returns>The work, or <see langword="null"/> if it should not be started now.</returns>
    /// <exception cref="ArgumentException">The name is <see langword="null"/> or empty, or the probability is not 0 to 1.</exception>
    public EarlyWork? TryBeginEarly(in EarlyRequest request, out SpeculationDecision decision)
    {
        ArgumentException.ThrowIfNullOrEmpty(request.Name, nameof(request));
        if (request.Probability is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(request), request.Probability, "The probability must be 0 to 1.");
        }

        return _scope.TryBeginEarly(request, out decision);
    }

    /// <summary>Records the use of a model for the report, the block's span and the metrics. Call it once for each request.</summary>
    /// <param name="usage">The usage. Negative numbers count as 0.</param>
    public void Used(in ModelUsage usage) => _scope.Used(usage);

    /// <summary>The time left for the block: <see cref="Remaining"/>, minus the predicted time of what follows it, if there is one.</summary>
    internal TimeSpan Slack => _scope.Slack;

    /// <summary>Cancels a source of the block's own. Host callbacks of its token neither delay the caller nor throw to it.</summary>
    internal void Cancel(CancellationTokenSource source) => _scope.Cancel(source);

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => _scope is null ? "no turn" : $"block '{BlockName}' of {TurnId}";
}
