using System.Runtime.CompilerServices;
using Microsoft.Agents.AI.Workflows;

namespace AgentChain.AgentFramework;

/// <summary>
/// Runs a <see cref="Workflow"/> as a block: its input goes in, and its outputs of one type come out as the workflow yields them. Stateless
/// itself; a workflow whose executors cannot be shared runs one turn at a time, so add the block with the option <c>Concurrency(1)</c>.
/// </summary>
/// <typeparam name="TIn">The type of the workflow's input.</typeparam>
/// <typeparam name="TOut">The type of the outputs to pass on. Outputs of other types are dropped.</typeparam>
/// <remarks>
/// Canceling the turn cancels the run, and the run is disposed when the block ends. A failed executor fails the turn with an
/// <see cref="AgentFrameworkException"/> that names it; so does a workflow that asks the outside, because a chain has no one to answer, and
/// one that ends with outputs, but none of type <typeparamref name="TOut"/>.
/// </remarks>
public sealed class WorkflowBlock<TIn, TOut> : IStreamBlock<TIn, TOut>
    where TIn : notnull
{
    readonly Workflow _workflow;
    readonly IWorkflowExecutionEnvironment _environment;
    readonly WorkflowRuns _runs = new();
    readonly string _name;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="environment">
    /// How the workflow runs: <see langword="null"/> for <c>InProcessExecution.Default</c>; <c>InProcessExecution.Concurrent</c> for a
    /// workflow whose executors can all be shared, which several turns then run at once.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="workflow"/> is <see langword="null"/>.</exception>
    public WorkflowBlock(Workflow workflow, IWorkflowExecutionEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        (_workflow, _environment) = (workflow, environment ?? InProcessExecution.Default);
        _name = workflow.Name ?? workflow.StartExecutorId;
    }

    /// <inheritdoc/>
    /// <exception cref="AgentFrameworkException">
    /// The workflow failed, asked the outside, or had no such output. Thrown by the enumeration.
    /// </exception>
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No ConfigureAwait: the turn must resume on its chain's scheduler. The entry is disposed last, when the run has given the workflow
        // back.
        using WorkflowRuns.Entry entry = _runs.Enter(cancellationToken);
        await using StreamingRun run = await StartAsync(input, entry, cancellationToken);
        bool hasOutput = false;
        Type? other = null;
        await foreach (WorkflowEvent made in run.WatchStreamAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (made)
            {
                case ExecutorFailedEvent failed:
                    throw WorkflowFailures.Failed(_name, failed.ExecutorId, failed.Data);
                case WorkflowErrorEvent error:
                    throw WorkflowFailures.Failed(_name, null, error.Exception);
                case RequestInfoEvent request:
                    throw Misused($"asked the outside for '{request.Request.PortInfo.PortId}'. Answer its requests in the workflow");
                case WorkflowOutputEvent output when output.Is(out TOut? value) && value is not null:
                    hasOutput = true;
                    yield return value;
                    break;
                case WorkflowOutputEvent output:
                    other = output.Data?.GetType();
                    break;
            }
        }

        // The events also end, quietly, when the run is canceled.
        cancellationToken.ThrowIfCancellationRequested();
        if (!hasOutput && other is not null)
        {
            throw Misused($"had outputs of type {other.Name}, but none of type {typeof(TOut).Name}. Use a block of the type that it has");
        }
    }

    /// <summary>Starts the workflow. A workflow that a canceled run still owns is started when that run has left.</summary>
    async ValueTask<StreamingRun> StartAsync(TIn input, WorkflowRuns.Entry entry, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Asked before the start: a run that leaves meanwhile is then a reason to try again.
            Task? canceled = entry.AnyCanceledLeft();
            try
            {
                return await _environment.RunStreamingAsync(_workflow, input, cancellationToken: cancellationToken);
            }
            catch (InvalidOperationException) when (canceled is not null)
            {
                await canceled.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Returns the name of the workflow.</summary>
    /// <returns>The name, or that of the first executor.</returns>
    public override string ToString() => _name;

    AgentFrameworkException Misused(string did) => new(_name, $"The workflow '{_name}' {did}.");
}
