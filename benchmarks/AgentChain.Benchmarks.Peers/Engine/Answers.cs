namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>Checks before a measurement that all sides of a comparison compute the same result.</summary>
static class Answers
{
    public static async Task MustBeAsync(int expected, params Func<Task<int>>[] sides)
    {
        foreach (Func<Task<int>> side in sides)
        {
            int answer = await side();
            if (answer != expected)
            {
                throw new InvalidOperationException($"{side.Method.Name} answers {answer}, not {expected}.");
            }
        }
    }
}
