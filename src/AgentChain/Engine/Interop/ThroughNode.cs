using System.Threading.Tasks.Dataflow;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// Anybody's Dataflow block inside a chain. It knows nothing of turns, so the ways to match its outputs to its inputs differ; what they
/// share is that an output which cannot be matched with certainty reaches no turn.
/// </summary>
abstract class ThroughNode<TIn, TOut>(ChainRuntime runtime, BlockNode node, Target<TOut> next) : Target<TIn>
{
    protected ChainRuntime Runtime => runtime;

    protected BlockNode Node => node;

    /// <summary>
    /// Whether the ends of Dataflow blocks are looked at. Dataflow reports them from the thread pool whatever the scheduler, so in virtual
    /// time they cannot be.
    /// </summary>
    protected bool SeesCompletion => runtime.ContinuesElsewhere;

    public override ValueTask SendAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    protected abstract Task RunAsync(Envelope<TIn> envelope);

    /// <summary>Waits for the run's answer and hands it on.</summary>
    protected async Task HandOnAsync(Envelope<TIn> envelope, ForeignRun<TOut> run)
    {
        (bool arrived, TOut value) = await run.AnswerAsync();
        if (arrived && !run.IsOver)
        {
            await next.SendAsync(envelope.With(value, run));
        }
    }

    /// <summary>Calls back when a block has completed, right where it does.</summary>
    protected static void WhenCompleted(IDataflowBlock block, Action<Task> completed) =>
        _ = block.Completion.ContinueWith(
            completed, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Offers a run's input to a block.</summary>
    /// <returns>
    /// Whether the block has it, which a block that then throws may have too; otherwise it never gets it. The failure is null where all is
    /// well, and where the turn is over.
    /// </returns>
    protected static async Task<(bool Taken, ForeignFailure? Failure)> OfferAsync(ITargetBlock<TIn> block, TIn value, ForeignRun<TOut> run, string wayOut)
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
