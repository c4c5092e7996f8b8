using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>The sources of early calls of a random agent: a rule, a slow or broken source, and a learned table.</summary>
sealed class ScheduledGuesses(VirtualWorld world, Plan plan, PlannedGuesses guesses)
{
    /// <summary>The table, which forgets nothing, so that its counts can be compared.</summary>
    public ToolPatterns Table { get; } = new(decay: 1);

    public void Declare(AgentSetup agent) => agent
        .Early(request => guesses.Of(Question(request), "rule"))
        .Early(ReadAsync)
        .Early(Table, table => table
            .Request("look", request => guesses.Expected(Question(request)) is { } n ? PlannedGuesses.Arguments(Question(request), n) : null)
            .Follows("look", "list", moment => PlannedGuesses.Arguments(Question(moment.Request), moment.Arguments!["n"]!)));

    static string Question(AgentRequest request) => request.Messages[^1].Text;

    async IAsyncEnumerable<EarlyCall> ReadAsync(EarlyMoment moment, [EnumeratorCancellation] CancellationToken token)
    {
        string question = Question(moment.Request);
        Random random = plan.RandomOf($"{question}/{moment.Tool}/{moment.Result}/source");
        await world.Delay(random.Next(20) == 0 ? 50_000 : random.Next(150), random.Next(4) == 0 ? CancellationToken.None : token);
        foreach (EarlyCall guess in guesses.Of(question, $"after {moment.Tool}"))
        {
            yield return guess;
            await world.Delay(random.Next(40), token);
        }
    }
}
