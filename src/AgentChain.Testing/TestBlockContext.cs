using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Testing;

/// <summary>
/// Provides a <see cref="BlockContext"/> for the unit test of a block, without a chain. Not safe for use from several threads.
/// </summary>
public sealed class TestBlockContext
{
    readonly Scope _scope;

    /// <summary>Initializes a new instance.</summary>
    public TestBlockContext() => _scope = new Scope(this);

    /// <summary>Gets the context, to be passed to the block.</summary>
    public BlockContext Context => new(_scope);

    /// <summary>Gets the identifier of the turn. The default is turn 1.</summary>
    public TurnId TurnId { get; init; } = new(1);

    /// <summary>Gets the name of the block. The default is <c>block</c>.</summary>
    public string BlockName { get; init; } = "block";

    /// <summary>Gets the time that is left. The default is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan Remaining { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Gets the clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the lease on the block's device. The default is <see langword="null"/>.</summary>
    public DeviceLease? Lease { get; init; }

    /// <summary>Gets the devices that works inside the block can lease.</summary>
    /// <value>By default, <see langword="null"/>: no device is present.</value>
    public IDeviceScheduler? Devices { get; init; }

    /// <summary>Gets the token that is canceled when the turn ends.</summary>
    public CancellationToken TurnToken { get; init; }

    /// <summary>Gets the number of the run. The default is 0, as in a chain that does not speculate on the block.</summary>
    public long RunNumber { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the input can still turn out to be wrong; <see langword="false"/> after <see cref="Commit"/>.
    /// </summary>
    public bool IsSpeculative
    {
        get => !_scope.Committed.Task.IsCompleted;
        init
        {
            if (!value)
            {
                _scope.Committed.TrySetResult();
            }
            else
            {
                _scope.Committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>
    /// Gets the times that the block passed to <see cref="BlockContext.InputEnded"/>, or <see langword="null"/> if it did not call it.
    /// </summary>
    public (long Last, long Known)? InputEnded => _scope.Input;

    /// <summary>
    /// Gets a function that decides whether a work is started early (see <see cref="BlockContext.TryBeginEarly(in EarlyRequest)"/>).
    /// </summary>
    /// <value><see langword="null"/> by default: every work is.</value>
    public Func<EarlyRequest, bool>? StartsEarly { get; init; }

    /// <summary>Gets the works that the block began, early or not, in that order.</summary>
    public IReadOnlyList<InnerWork> Works => _scope.Works.All;

    /// <summary>Gets the usages that the block reported.</summary>
    public IReadOnlyList<ModelUsage> Usages => _scope.Works.Usages;

    /// <summary>Makes the input final: completes <see cref="BlockContext.CommittedAsync"/>.</summary>
    public void Commit() => _scope.Committed.TrySetResult();

    /// <summary>Carries a value to the block, as an upstream block would.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key of the value.</param>
    /// <param name="value">The value.</param>
    public void Set<T>(TurnKey<T> key, T value) => Context.Set(key, value);

    /// <summary>Gets a value that the block, or <see cref="Set"/>, carried.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key of the value.</param>
    /// <returns>The value, or the type's default value if there is none.</returns>
    public T? Get<T>(TurnKey<T> key) => Context.Get(key);

    sealed class Scope(TestBlockContext owner) : IBlockScope
    {
        public TaskCompletionSource Committed { get; set; } = Final();

        public TestInnerHost Works { get; } = new(owner);

        InnerWork IBlockScope.Begin(string name, object? key) => Works.Add(new InnerWork(Works, this, name));

        EarlyWork? IBlockScope.TryBeginEarly(in EarlyRequest request, out SpeculationDecision decision) =>
            Works.TryBeginEarly(this, request, out decision);

        void IBlockScope.Used(in ModelUsage usage) => Works.Used(usage);

        public (long Last, long Known)? Input { get; private set; }

        public TurnId TurnId => owner.TurnId;

        public string BlockName => owner.BlockName;

        public TimeSpan Remaining => owner.Remaining;

        public TimeProvider Time => owner.Time;

        public DeviceLease? Lease => owner.Lease;

        public CancellationToken TurnToken => owner.TurnToken;

        public Baggage? Baggage { get; set; }

        public long RunNumber => owner.RunNumber;

        public bool IsSpeculative => owner.IsSpeculative;

        public ValueTask CommittedAsync(CancellationToken cancellationToken) => new(Committed.Task.WaitAsync(cancellationToken));

        void IBlockScope.InputEnded(long last, long known) => Input = Input is null
            ? (last, known)
            : throw new InvalidOperationException($"Block '{BlockName}' called InputEnded twice.");

        static TaskCompletionSource Final()
        {
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            source.SetResult();
            return source;
        }
    }
}
