using System.Threading.Tasks.Dataflow;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// An external Dataflow block inside a chain. It does not know about turns, so the ways to match its outputs to its inputs differ; in all
/// of them, an output that cannot be matched unambiguously reaches no turn.
/// </summary>
abstract class ThroughNode<TIn, TOut>(ChainRuntime runtime, BlockNode node, Target<TOut> next) : Target<TIn>
{
    protected ChainRuntime Runtime => runtime;

    protected BlockNode Node => node;

    /// <summary>
    /// Whether the completion of Dataflow blocks is observed. Dataflow reports it from the thread pool whatever the scheduler, so it cannot
    /// be observed in virtual time.
    /// </summary>
    protected bool SeesCompletion => runtime.ContinuesElsewhere;

    public override ValueTask SendAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    protected abstract Task RunAsync(Envelope<TIn> envelope);

    /// <summary>Waits for the run's answer and sends it downstream.</summary>
    protected async Task HandOnAsync(Envelope<TIn> envelope, ForeignRun<TOut> run)
    {
        (bool arrived, TOut value) = await run.AnswerAsync();
        if (arrived)
        {
            // Here, not where the output arrives: it reads features with a function of the host.
            node.Costs?.Ran(envelope.Value, run, run.EndedAt);
        }
        else if (run.IsLeftBehind)
        {
            node.Costs?.Cut(envelope.Value, run);
        }

        if (arrived && !run.IsOver)
        {
            await next.SendAsync(envelope.With(value, run));
        }
    }

    /// <summary>Invokes a callback when a block completes, on the thread that completes it.</summary>
    protected static void WhenCompleted(IDataflowBlock block, Action<Task> completed) =>
        _ = block.Completion.ContinueWith(
            completed, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.DenyChildAttach,
            TaskScheduler.Default);

    /// <summary>Offers a run's input to a block.</summary>
    /// <returns>
    /// Whether the block has the input, which is possible even if it then throws; otherwise, it never receives it. The failure is null if
    /// the offer succeeded or the turn has ended.
    /// </returns>
    protected static async Task<(
        bool Taken, ForeignFailure? Failure)> OfferAsync(ITargetBlock<TIn> block, TIn value, ForeignRun<TOut> run, string wayOut)
    {
        var offer = new SingleOffer<TIn>(value);
        try
        {
            switch (offer.To(block))
            {
                case DataflowMessageStatus.Accepted:
                    return (true, null);
                case DataflowMessageStatus.Postponed:
                    return (await offer.TakenAsync(run.Token), null);
                case DataflowMessageStatus.DecliningPermanently:
                    return (false, ForeignFailure.Completed(block.Completion, wayOut));
                default:
                    return (false, ForeignFailure.Declined);
            }
        }
        catch (Exception error)
        {
            return (offer.Revoke(), ForeignFailure.Threw("OfferMessage", error));
        }
    }
}
