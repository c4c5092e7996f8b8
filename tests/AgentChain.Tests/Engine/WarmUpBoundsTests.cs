using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>A warm-up takes nothing from the real turns, and leaves nothing running.</summary>
public class WarmUpBoundsTests
{
    [Fact]
    public void WarmUpAsync_AsManyTurnsWaitAsMay_WaitsBehindThem() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = OneByOne(world);
        Turn<int> running = chain.Start(1);
        Task<Turn<int>> waiting = chain.StartAsync(2).AsTask();
        await chain.WarmUpAsync([3]);
        Assert.Equal(300, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Completed, (await running.Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await (await waiting).Completion).Outcome);
    });

    [Fact]
    public void WarmUpAsync_WaitsForRoom_TakesNoPlaceOfAWaitingTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = OneByOne(world);
        using var source = new CancellationTokenSource(50.Milliseconds(), world.Clock);
        Turn<int> running = chain.Start(1);
        Task warmingUp = chain.WarmUpAsync([2]).AsTask(), givenUp = chain.WarmUpAsync([3], source.Token).AsTask();
        Task<Turn<int>> waiting = chain.StartAsync(4).AsTask();
        Turn<int> refused = await chain.StartAsync(5);
        Assert.Equal(TurnOutcome.Rejected, (await refused.Completion).Outcome);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        Assert.Equal(TurnOutcome.Rejected, (await (await chain.StartAsync(6)).Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await (await waiting).Completion).Outcome);
        Assert.Equal(300, world.Elapsed.Ms());
        await warmingUp;
        Turn<int> again = chain.Start(7);
        Assert.Equal(TurnOutcome.Completed, (await (await chain.StartAsync(8)).Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await again.Completion).Outcome);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WarmUpAsync_TurnDoesNotComplete_BlocksAreQuietAfterIt(bool isCanceled) => VirtualWorld.Run(async world =>
    {
        bool isBusy = false;
        await using Chain<int, int> chain = Chain.From<int>("warm")
            .Parallel(
                "both",
                x => x.Then("slow", async (int value, CancellationToken _) =>
                {
                    isBusy = true;
                    await world.Delay(200, CancellationToken.None);
                    isBusy = false;
                    return value;
                }),
                x => x.Then("fails", async (int value, CancellationToken token) =>
                {
                    await world.Delay(100, token);
                    return isCanceled ? value : throw new FormatException();
                }),
                (_, one, other) => one + other)
            .Build(world.Options(o => o.Grace = 1.Seconds()));
        using var source = new CancellationTokenSource(isCanceled ? 50.Milliseconds() : Timeout.InfiniteTimeSpan, world.Clock);
        Exception? error = await Record.ExceptionAsync(async () => await chain.WarmUpAsync([1, 2], source.Token));
        Assert.Equal(isCanceled, error is OperationCanceledException);
        Assert.Equal(isCanceled, error is not BlockFailedException);
        Assert.Equal((200.0, false), (world.Elapsed.Ms(), isBusy));
    });

    [Fact]
    public void WarmUpAsync_SpeculationThatIsWasted_LeavesTheWasteBudget() => VirtualWorld.Run(async world =>
    {
        var controller = new Recording();
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (300, "right"), (500, "right")))
            .Then("agent", world.Work<string>(150), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions
            {
                Controller = controller,
                WasteShare = 0.1,
                WasteBurst = 1.Seconds(),
            }));
        await chain.WarmUpAsync(["", ""]);
        Assert.All(controller.Left, left => Assert.Equal(1.Seconds(), left));
        Assert.Equal(1.Seconds(), controller.Budget!.Left);
        await chain.RunAsync("");
        Assert.InRange(controller.Budget.Left.TotalMilliseconds, 800, 950);
    });

    static Chain<int, int> OneByOne(VirtualWorld world) => Chain.From<int>("warm")
        .Then("work", world.Work<int>(100))
        .Build(world.Options(o => (o.MaxTurns, o.MaxWaitingTurns) = (1, 1)));

    /// <summary>Starts on everything, and remembers the waste budget that it was asked with.</summary>
    sealed class Recording : ISpeculationController
    {
        readonly EagerController _eager = new();

        public WasteBudget? Budget { get; private set; }

        public List<TimeSpan> Left { get; } = [];

        public SpeculationDecision Decide(in SpeculationRequest request)
        {
            Budget = request.Budget;
            Left.Add(request.Budget!.Left);
            return _eager.Decide(request);
        }

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }
}
