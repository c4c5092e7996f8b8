using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>
/// N rounds, in each of which the model generates for G and a tool runs for T. A guess is known after g, and right with probability a:
/// N (G + T) becomes a N max(G, g + T) + (1 - a) N (G + T), for g of at most G.
/// </summary>
public sealed class ClosedFormTests
{
    [Fact]
    public void EarlyCalls_GridOfHitRatesAndTimes_TakeTheTimeOfTheClosedForm()
    {
        int cases = 0;
        foreach (int rounds in new[] { 5, 20 })
        {
            foreach (int generation in new[] { 100, 400, 900 })
            {
                foreach (int tool in new[] { 200, 500, 800 })
                {
                    foreach (int guess in new[] { 0, 50, 300 }.Where(guess => guess <= generation))
                    {
                        foreach (double hitRate in new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })
                        {
                            double sequential = rounds * (generation + tool);
                            double expected = (hitRate * rounds * Math.Max(generation, guess + tool)) + ((1 - hitRate) * sequential);
                            (double took, double saved) = Measure(rounds, generation, tool, guess, hitRate);
                            Assert.True(
                                Math.Abs(took - expected) <= 0.02 * expected,
                                $"N {rounds}, G {generation}, T {tool}, g {guess}, a {hitRate}: {took} ms, not {expected}");
                            Assert.Equal((sequential, 0), Measure(rounds, generation, tool, null, hitRate));
                            Assert.Equal(sequential, took + saved, 3);
                            cases++;
                        }
                    }
                }
            }
        }

        Assert.Equal(2 * 3 * 6 * (2 + 3 + 3), cases);
    }

    /// <summary>Returns the time of one turn, and how much early calls saved by its account, in milliseconds.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="generation">The time in which the model writes a call, in ms.</param>
    /// <param name="tool">The time of a call, in ms.</param>
    /// <param name="guess">The time until the guess of a round is known, in ms; null without guesses.</param>
    /// <param name="hitRate">The share of guesses that are right.</param>
    static (double Took, double Saved) Measure(int rounds, int generation, int tool, int? guess, double hitRate) => VirtualWorld.Run(async world =>
    {
        var isHit = new bool[rounds];
        Array.Fill(isHit, true, 0, (int)Math.Round(rounds * hitRate));
        new Random(rounds + generation + tool).Shuffle(isHit);
        var look = new TimedTool(world, "look", tool);
        var model = new ScriptedModel(
            world, [.. Enumerable.Range(0, rounds).Select(round => new object[] { generation, Call($"{round}", round) }), ["done"]]);
        await using var chain = world.Desk(model, a =>
        {
            a.Tool(look, t => t.Effect(Effect.Pure)).MaxRounds(rounds);
            if (guess is { } known)
            {
                // A round begins with the turn, or when the call of the one before it has completed.
                a.Early((moment, token) => GuessAsync(moment, token));
                async IAsyncEnumerable<EarlyCall> GuessAsync(
                    EarlyMoment moment, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
                {
                    if (moment.Probability < 1)
                    {
                        yield break;
                    }

                    int round = moment.Tool is null ? 0 : (int)moment.Arguments["n"]! + 1;
                    await world.Delay(known, token);
                    if (round < rounds)
                    {
                        yield return Look(isHit[round] ? round : 1000 + round);
                    }
                }
            }
        });

        (_, TurnReport report) = await chain.AnswerAsync(Request());
        return (world.Elapsed.TotalMilliseconds, report.Speculation.SavedToLast.TotalMilliseconds);
    });
}
