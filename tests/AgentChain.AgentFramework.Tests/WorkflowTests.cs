using AgentChain.Extensions.AI;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework.Tests;

/// <summary>Workflows as blocks and chains as executors.</summary>
public sealed class WorkflowTests
{
    [Fact]
    public async Task Stream_Workflow_ItsOutputsCome()
    {
        await using var chain = Chain.From<int>("host").Stream("workflow", Two(x => x + 1, x => x * 10).AsBlock<int, int>()).Build();

        Assert.Equal([20], await chain.AskAsync(1));
        Assert.Equal([30], await chain.AskAsync(2));
    }

    [Fact]
    public async Task Stream_ExecutorThrows_NamesItAndTheChainGoesOn()
    {
        Workflow workflow = Two(x => x + 1, x => x == 1 ? throw new IOException("no disk") : x);
        await using var chain = Chain.From<int>("host").Stream("workflow", workflow.AsBlock<int, int>()).Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(0));

        var inner = Assert.IsType<AgentFrameworkException>(error.InnerException);
        Assert.Equal(("workflow", "two"), (error.Block, inner.Name));
        Assert.Equal("no disk", Assert.IsType<IOException>(inner.InnerException).Message);
        Assert.Equal([6], await chain.AskAsync(5));
    }

    [Fact]
    public async Task Stream_OutputsOfAnotherType_SaysWhich()
    {
        await using var chain = Chain.From<int>("host").Stream("workflow", Two(x => x, x => x).AsBlock<int, string>()).Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(0));

        Assert.Contains("outputs of type Int32, but none of type String", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_WorkflowRuns_ItsTokenIsCanceledAndItCanRunAgain()
    {
        TaskCompletionSource began = Ask.Signal();
        TaskCompletionSource canceled = Ask.Signal();
        Func<int, IWorkflowContext, CancellationToken, ValueTask<int>> run = async (x, _, token) =>
        {
            if (x == 0)
            {
                began.TrySetResult();
                using CancellationTokenRegistration told = token.Register(() => canceled.TrySetResult());
                await Task.Delay(Timeout.Infinite, token);
            }

            return x;
        };
        ExecutorBinding step = run.BindAsExecutor("wait", threadsafe: true);
        await using var chain = Chain.From<int>("host")
            .Stream("workflow", new WorkflowBuilder(step).WithOutputFrom(step).Build().AsBlock<int, int>()).Build();
        Turn<int> turn = chain.Start(0);
        await began.Task.WaitAsync(Ask.Patience);

        turn.Interrupt();

        await canceled.Task.WaitAsync(Ask.Patience);
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);
        Assert.Equal([7], await chain.AskAsync(7));
    }

    [Fact]
    public async Task Stream_CanceledRunStillOwnsTheWorkflow_TheNextTurnWaitsForIt()
    {
        TaskCompletionSource began = Ask.Signal();
        TaskCompletionSource canceled = Ask.Signal();
        TaskCompletionSource go = Ask.Signal();
        Func<int, IWorkflowContext, CancellationToken, ValueTask<int>> run = async (x, _, token) =>
        {
            if (x == 0)
            {
                using CancellationTokenRegistration told = token.Register(() => canceled.TrySetResult());
                began.TrySetResult();
                await go.Task;
            }

            return x;
        };
        ExecutorBinding step = run.BindAsExecutor("deaf", threadsafe: true);
        await using var chain = Chain.From<int>("host")
            .Stream("workflow", new WorkflowBuilder(step).WithOutputFrom(step).Build().AsBlock<int, int>())
            .Build(new ChainOptions { Grace = TimeSpan.FromMilliseconds(1) });
        Turn<int> turn = chain.Start(0);
        await began.Task.WaitAsync(Ask.Patience);
        turn.Interrupt();
        await canceled.Task.WaitAsync(Ask.Patience);
        await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);

        Task<IReadOnlyList<int>> next = chain.AskAsync(7);
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        go.SetResult();

        Assert.Equal([7], await next);
    }

    [Fact]
    public async Task Stream_AgentOfAWorkflowThrows_TheTurnFails()
    {
        var broken = new ScriptedAgent((_, _, _) => throw new IOException("no line"));
        Workflow workflow = AgentWorkflowBuilder.BuildSequential(broken);
        await using var chain = Ask.Chat().Stream("workflow", workflow.AsBlock()).Text().Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(Ask.Question()));

        Assert.Equal("no line", Assert.IsType<IOException>(Assert.IsType<AgentFrameworkException>(error.InnerException).InnerException).Message);
    }

    [Fact]
    public async Task AsExecutor_ChainBetweenExecutors_PassesItsValueOn()
    {
        await using Chain<int, int> five = Chain.From<int>("five").Then("one", x => x + 1).Then("two", x => x * 2).Build();
        ExecutorBinding last = ((Func<int, int>)(x => x + 100)).BindAsExecutor("last", threadsafe: true);
        ExecutorBinding first = five.AsExecutor();
        Workflow workflow = new WorkflowBuilder(first).AddEdge(first, last).WithOutputFrom(last).Build();

        await using Run run = await InProcessExecution.RunAsync(workflow, 4);

        Assert.Equal(110, Assert.Single(run.OutgoingEvents.OfType<WorkflowOutputEvent>()).As<int>());
        Assert.Equal("five", first.Id);
    }

    [Fact]
    public async Task AsExecutor_StreamingChain_ItemsAreEventsBeforeTheChainEnds()
    {
        TaskCompletionSource go = Ask.Signal();
        await using var chain = Chain.From<int>("count").Stream("count", (x, token) => CountAsync(x, go.Task)).Build();
        ExecutorBinding first = chain.AsExecutor();
        Workflow workflow = new WorkflowBuilder(first).WithOutputFrom(first).Build();
        List<object?> items = [];
        int[]? all = null;

        await using StreamingRun run = await InProcessExecution.RunStreamingAsync(workflow, 3);
        await foreach (WorkflowEvent made in run.WatchStreamAsync())
        {
            if (made is ChainItemEvent item)
            {
                Assert.Equal("count", item.ExecutorId);
                items.Add(item.Item);
                go.TrySetResult();
            }

            all = made is WorkflowOutputEvent output ? output.As<int[]>() : all;
        }

        Assert.Equal([0, 1, 2], items);
        Assert.Equal([0, 1, 2], Assert.IsType<int[]>(all));
    }

    [Fact]
    public async Task AsExecutor_BlockFails_TheExecutorFailsWithTheTurnsException()
    {
        await using Chain<int, int> chain = Chain.From<int>("broken").Then("look", int (int _) => throw new IOException("no disk")).Build();
        ExecutorBinding step = chain.AsExecutor();
        Workflow workflow = new WorkflowBuilder(step).WithOutputFrom(step).Build();

        await using Run run = await InProcessExecution.RunAsync(workflow, 4);

        ExecutorFailedEvent failed = Assert.Single(run.OutgoingEvents.OfType<ExecutorFailedEvent>());
        Assert.Contains("look", failed.Data!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsExecutor_RunIsCanceled_InterruptsTheTurn()
    {
        TaskCompletionSource began = Ask.Signal();
        TaskCompletionSource canceled = Ask.Signal();
        await using Chain<int, int> chain = Chain.From<int>("wait").Then("wait", async (int x, CancellationToken token) =>
        {
            using CancellationTokenRegistration told = token.Register(() => canceled.TrySetResult());
            began.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return x;
        }).Build();
        ExecutorBinding step = chain.AsExecutor();
        await using StreamingRun run = await InProcessExecution.RunStreamingAsync(new WorkflowBuilder(step).WithOutputFrom(step).Build(), 1);
        await began.Task.WaitAsync(Ask.Patience);

        await run.CancelRunAsync();

        await canceled.Task.WaitAsync(Ask.Patience);
    }

    static async IAsyncEnumerable<int> CountAsync(int count, Task go)
    {
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                await go;
            }

            yield return i;
        }
    }

    static Workflow Two(Func<int, int> one, Func<int, int> two)
    {
        ExecutorBinding first = one.BindAsExecutor("one", threadsafe: true);
        ExecutorBinding last = two.BindAsExecutor("two", threadsafe: true);
        return new WorkflowBuilder(first).AddEdge(first, last).WithOutputFrom(last).Build();
    }
}
