using AgentChain.Devices;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of the part of docs/devices.md on warm blocks.</summary>
public class WarmSnippets
{
    [Fact]
    public Task KeepWarm_Example_TellsTheShapes() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/WarmSnippets.cs#keep", KeepAsync);

    static async Task KeepAsync()
    {
        using var devices = new DeviceScheduler([new("cuda:0", DeviceKind.Cuda)]);
        ChainBuilder<string, string> builder = Chain.From<string>("desk").Then("answer", new Answer(), o => o.On(DeviceKind.Cuda));
        #region keep
        await using Chain<string, string> chain = builder.Build(new ChainOptions { KeepWarm = 20.Seconds(), Devices = devices });
        await chain.WarmUpAsync();
        BlockReadiness answer = chain.Readiness.Blocks[0];
        Console.WriteLine(answer); // answer on cuda:0: Ready
        Console.WriteLine(answer.Shapes[1]); // prompt of 512 on cuda:0: Ready
        #endregion
    }

    sealed class Answer : IBlock<string, string>, IWarmUp
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => new(input);

        #region shapes
        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            context.StateShapes(["prompt of 64", "prompt of 512"]);
            await ReadAsync(64, context, cancellationToken);
            context.ShapeRan("prompt of 64");
            await ReadAsync(512, context, cancellationToken);
            context.ShapeRan("prompt of 512");
        }
        #endregion

        static Task ReadAsync(int tokens, BlockContext context, CancellationToken cancellationToken) =>
            context.Lease!.Lane.RunAsync(tokens, static (count, _) => count, cancellationToken).AsTask();
    }
}
