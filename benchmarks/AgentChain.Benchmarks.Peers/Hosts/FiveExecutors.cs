using Microsoft.Agents.AI.Workflows;

namespace AgentChain.Benchmarks.Peers.Hosts;

/// <summary>
/// Five synchronous executors of the Agent Framework in a row. The workflow is built once; each input is a run of it, as in the
/// documentation: <c>InProcessExecution.RunAsync</c>, the output event, disposal of the run, after which the workflow can run again.
/// </summary>
sealed class FiveExecutors
{
    readonly Workflow _workflow;

    /// <summary>A single executor instead, such as a chain of the five steps.</summary>
    public FiveExecutors(ExecutorBinding only) => _workflow = new WorkflowBuilder(only).WithOutputFrom(only).Build();

    public FiveExecutors()
    {
        ExecutorBinding[] steps =
            [.. Enumerable.Range(0, 5).Select(i => ((Func<int, int>)(x => x + 1)).BindAsExecutor<int, int>($"step {i}", threadsafe: true))];
        var builder = new WorkflowBuilder(steps[0]);
        for (int i = 1; i < steps.Length; i++)
        {
            builder.AddEdge(steps[i - 1], steps[i]);
        }

        _workflow = builder.WithOutputFrom(steps[^1]).Build();
    }

    public async Task<int> RunAsync(int input)
    {
        await using Run run = await InProcessExecution.RunAsync(_workflow, input);
        return OutputOf(run);
    }

    public async Task<int> RunInLockstepAsync(int input)
    {
        await using Run run = await InProcessExecution.Lockstep.RunAsync(_workflow, input);
        return OutputOf(run);
    }

    static int OutputOf(Run run)
    {
        foreach (WorkflowEvent made in run.OutgoingEvents)
        {
            if (made is WorkflowOutputEvent output)
            {
                return output.As<int>();
            }
        }

        throw new InvalidOperationException("The workflow ended without an output.");
    }
}
