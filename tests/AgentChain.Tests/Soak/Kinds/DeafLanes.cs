using AgentChain.Devices;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>
/// Turns whose kernel ignores its token on a device's lane: the lane is stuck until the kernel comes back, and free at the end.
/// </summary>
sealed class DeafLanes : TurnKind
{
    readonly DeviceScheduler _devices = new([ComputeDevice.Cpu(2) with { MaxLeases = 4 }]);
    readonly Chain<DeafWork, int> _chain;
    int _begun;
    int _stuck;

    public DeafLanes(EndedTurns ended)
        : base("lanes that are stuck", 1, TurnOutcome.DeadlineExceeded)
    {
        _chain = Own(Chain.From<DeafWork>("stuck lanes")
            .Then("deaf", new Kernel(), o => o.On("cpu"))
            .Build(new ChainOptions
            {
                MeterFactory = ended,
                Devices = _devices,
                Budget = LatencyBudget.Total(2.Milliseconds()),
                Grace = 2.Milliseconds(),
            }));
        OwnLast(_devices);
    }

    public override async Task RunAsync(Operation operation)
    {
        var work = new DeafWork();
        try
        {
            Turn<int> turn = operation.Start(_chain, work);
            await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
            await operation.InTimeAsync(turn.WhenQuiescentAsync(), "a turn with a deaf kernel never was quiet");
            CheckStuck(work.HasBegun);
        }
        finally
        {
            work.LetGo();
        }
    }

    /// <summary>
    /// A kernel that began still holds its lane, which is then stuck. This is not so in the rare case that it began between its turn's end and
    /// the cancellation of its token, after waiting for a kernel that has ended; so it is required of most of them only.
    /// </summary>
    void CheckStuck(bool hasBegun)
    {
        if (hasBegun)
        {
            int begun = Interlocked.Increment(ref _begun);
            int stuck = _devices.StuckLanes > 0 ? Interlocked.Increment(ref _stuck) : Volatile.Read(ref _stuck);
            Operation.Check(begun < 20 || stuck > begun / 2, $"of {begun} lanes whose kernels ignored their token {stuck} were reported as stuck");
        }
    }

    sealed class Kernel : IBlock<DeafWork, int>
    {
        public ValueTask<int> InvokeAsync(DeafWork input, BlockContext context, CancellationToken cancellationToken) => context.Lease!.Lane.RunAsync(
            input,
            static (work, _) =>
            {
                work.Run();
                return 1;
            },
            cancellationToken);
    }
}
