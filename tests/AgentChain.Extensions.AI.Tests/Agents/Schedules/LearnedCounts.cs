using System.Text.Json;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>Whether the learned table counted what the model did: once for each committed turn that it answered.</summary>
static class LearnedCounts
{
    public static void Check(
        ToolPatterns table, PlannedGuesses guesses, List<PlayedTurn> played, Dictionary<string, ExpectedTurn> expected, bool isUsed)
    {
        PlayedTurn[] proposed = isUsed ? [.. played.Where(turn => guesses.Expected(turn.Question) is not null)] : [];
        PlayedTurn[] answered = [.. proposed.Where(turn => turn.Result.Outcome == TurnOutcome.Completed)];
        int hits = answered.Count(turn => expected[turn.Question].Runs.Contains(("look", guesses.Expected(turn.Question)!.Value)));
        JsonElement[] patterns = [.. JsonElement.Parse(table.ToJson()).GetProperty("patterns").EnumerateArray()];
        JsonElement[] look = [.. patterns.Where(one => one.GetProperty("tool").GetString() == "look")];
        Assert.InRange(look.Length, answered.Length == 0 ? 0 : 1, proposed.Length == 0 ? 0 : 1);
        foreach (JsonElement pattern in look)
        {
            // An interrupted turn is learned from if the model had answered.
            (double learned, double total) = (pattern.GetProperty("hits").GetDouble(), pattern.GetProperty("total").GetDouble());
            Assert.InRange(total, answered.Length, proposed.Length);
            Assert.InRange(learned, hits, hits + total - answered.Length);
        }
    }
}
