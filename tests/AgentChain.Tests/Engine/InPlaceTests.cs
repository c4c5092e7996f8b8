using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Turns whose first blocks run on their caller's thread.</summary>
public class InPlaceTests
{
    static readonly AsyncLocal<string?> Ambient = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_TokenCanFire_DoesNotRunOnTheCallersThread(bool canFire)
    {
        int ran = 0;
        await using Chain<int, int> chain = Chain.From<int>("in place").Then("look", x =>
        {
            ran = Environment.CurrentManagedThreadId;
            return x;
        }).Build();
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        using var source = new CancellationTokenSource();
        CancellationToken token = canFire ? source.Token : default;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = new Thread(() =>
        {
            bool ended = chain.RunAsync(2, token).AsTask().Wait(TimeSpan.FromSeconds(60));
            done.SetResult(ended ? Environment.CurrentManagedThreadId : -1);
        }) { IsBackground = true };
        caller.UnsafeStart();
        int callers = await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.NotEqual(-1, callers);
        Assert.Equal(canFire, callers != ran);
    }

    [Fact]
    public async Task RunAsync_InPlace_CallersAmbientStateIsThereAgain()
    {
        string? seen = "nothing";
        await using Chain<int, int> chain = Chain.From<int>("in place").Then("look", x =>
        {
            seen = Ambient.Value;
            return x;
        }).Build();
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Ambient.Value = "mine";
        ValueTask<int> running = chain.RunAsync(2);
        Assert.Equal("mine", Ambient.Value);
        Assert.Equal(2, await running);
        Assert.Null(seen);
    }

    [Fact]
    public void Start_Refused_ChainDoesNotKeepTheTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<object, object> chain = Chain.From<object>("full").Then("work", world.Work<object>(100)).Build(world.Options(o => o.MaxTurns = 1));
        Turn<object> inside = chain.Start(new object());
        WeakReference refused = Refuse(chain);
        await world.Delay(10);
        Collected.Assert(refused);
        Assert.Equal(1, chain.LiveTurns);
        await inside.Completion;
    });

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    static WeakReference Refuse(Chain<object, object> chain)
    {
        Turn<object> refused = chain.Start(new object());
        Assert.Equal(TurnOutcome.Rejected, refused.Completion.Result.Outcome);
        return new WeakReference(refused.Completion);
    }
}
