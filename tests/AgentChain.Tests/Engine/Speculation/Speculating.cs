using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Helpers for tests of speculation.</summary>
static class Speculating
{
    /// <summary>Options with a controller that starts on everything.</summary>
    public static ChainOptions Eager(this VirtualWorld world, Action<ChainOptions>? more = null) => world.Options(o =>
    {
        o.Speculation = new SpeculationOptions { Controller = new EagerController() };
        more?.Invoke(o);
    });

    /// <summary>A block that publishes hypotheses at given instants, and its final value at the last.</summary>
    public static IRevisingBlock<T, T> Hears<T>(this VirtualWorld world, params (double At, T Value)[] script) => new Script<T>(world, script);

    public static async Task<TurnResult> ResultAsync<T>(this ChainBase<T, T> chain, T input)
    {
        await using Turn<T> turn = chain.Start(input);
        return await turn.Completion;
    }

    sealed class Script<T>(VirtualWorld world, (double At, T Value)[] script) : IRevisingBlock<T, T>
    {
        public async IAsyncEnumerable<Hypothesis<T>> InvokeAsync(
            T input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            double now = 0;
            for (int i = 0; i < script.Length; i++)
            {
                if (script[i].At > now)
                {
                    await world.Delay(script[i].At - now, cancellationToken);
                    now = script[i].At;
                }

                yield return i == script.Length - 1 ? Hypothesis.Final(script[i].Value) : Hypothesis.Tentative(script[i].Value, 0.5);
            }
        }
    }
}

/// <summary>A step that works for a while, and records the input, start and end of each run.</summary>
sealed class Worker<TIn, TOut>(VirtualWorld world, double milliseconds, Func<TIn, TOut> make) : IBlock<TIn, TOut>
{
    readonly List<(double Began, TIn Input, double Ended, bool Cancelled)> _runs = [];

    /// <summary>The start, input and end of each run, in the order of the ends.</summary>
    public IReadOnlyList<(double Began, TIn Input, double Ended, bool Cancelled)> Runs => _runs;

    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        double began = world.Elapsed.Ms();
        bool cancelled = true;
        try
        {
            await world.Delay(milliseconds, cancellationToken);
            cancelled = false;
            return make(input);
        }
        finally
        {
            _runs.Add((began, input, world.Elapsed.Ms(), cancelled));
        }
    }
}
