using System.Threading.Tasks.Dataflow;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>
/// Anybody's Dataflow block inside a chain. It knows nothing of turns, so its outputs are matched to its inputs by
/// order; a turn that ended meanwhile keeps its place in that order, and its late output is dropped.
/// </summary>
sealed class ThroughNode<TIn, TOut> : Receiver<TIn>
{
    readonly Lock _gate = new();
    readonly LinkedList<Run> _pending = new();
    readonly FlowNode _node;
    readonly ITargetBlock<TIn> _target;
    readonly Receiver<TOut> _next;
    string? _broken;

    public ThroughNode(ChainRuntime runtime, FlowNode node, IPropagatorBlock<TIn, TOut> block, Receiver<TOut> next)
    {
        (_node, _target, _next) = (node, block, next);
        var outputs = new ActionBlock<TOut>(Match, new ExecutionDataflowBlockOptions
        {
            TaskScheduler = runtime.Scheduler,
            BoundedCapacity = 64,
        });
        IDisposable link = block.LinkTo(outputs);
        runtime.OnDispose(link.Dispose);
        _ = block.Completion.ContinueWith(
            completed => Break(completed.Exception?.GetBaseException()),
            CancellationToken.None,
            TaskContinuationOptions.None,
            runtime.Scheduler);
    }

    public override ValueTask AcceptAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<TIn> envelope)
    {
        var run = new Run(envelope.Turn, _node, envelope.Cause, envelope.At);
        if (!run.TryBegin())
        {
            return;
        }

        run.Begin();
        string? broken;
        Task<bool>? sending = null;
        LinkedListNode<Run>? place = null;
        lock (_gate)
        {
            broken = _broken;
            if (broken is null)
            {
                // Offered under the lock, so that the foreign block sees the values in the order in which they wait here.
                place = _pending.AddLast(run);
                sending = _target.SendAsync(envelope.Value);
            }
        }

        if (sending is null)
        {
            run.Break(broken!);
        }
        else if (!await sending)
        {
            Leave(place!);
            run.Break("holds a Dataflow block that has declined its input.");
        }

        (bool arrived, TOut value) = await run.Output;
        if (arrived && !run.IsOver)
        {
            await _next.AcceptAsync(envelope.With(value, run));
        }
    }

    void Leave(LinkedListNode<Run> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _pending.Remove(place);
            }
        }
    }

    void Match(TOut value)
    {
        Run? run;
        lock (_gate)
        {
            run = _pending.First?.Value;
            if (run is not null)
            {
                _pending.RemoveFirst();
            }
        }

        run?.Arrive(value);
    }

    void Break(Exception? error)
    {
        Run[] left;
        lock (_gate)
        {
            _broken = error is null
                ? "holds a Dataflow block that has completed; give the chain one that stays open."
                : $"holds a Dataflow block that has faulted with {error.GetType().Name}; a Dataflow block does not recover, so rebuild the chain.";
            left = [.. _pending];
            _pending.Clear();
        }

        foreach (Run run in left)
        {
            run.Break(_broken);
        }
    }

    sealed class Run(TurnState turn, FlowNode node, Hop? cause, long startedAt) : ActiveRun(turn, node, cause, startedAt)
    {
        readonly TaskCompletionSource<(bool, TOut)> _output = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(bool Arrived, TOut Value)> Output => _output.Task;

        public void Begin() => Watch();

        public void Arrive(TOut value)
        {
            if (TryFinish())
            {
                Node.Ended(this, Turn.Runtime.Now);
                _output.TrySetResult((true, value));
            }
        }

        public void Break(string reason)
        {
            if (TryFinish())
            {
                Fail(Node.Broke(reason));
            }

            _output.TrySetResult((false, default!));
        }

        protected override bool ClaimFallback() => false;

        protected override Task FallBackAsync() => Task.CompletedTask;

        protected override void Release() => _output.TrySetResult((false, default!));
    }
}
