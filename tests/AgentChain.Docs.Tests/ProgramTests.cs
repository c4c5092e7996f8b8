using System.Reflection;

namespace AgentChain.Docs.Tests;

/// <summary>The first program of the README.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Main_TwoGuests_OneAnswerAndOneFallback()
    {
        MethodInfo main = Assembly.Load("FirstProgram").EntryPoint!;
        string[] lines = await Printed.ByAsync(() => Task
            .Run(() => main.Invoke(null, [Array.Empty<string>()]))
            .WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(["Welcome back, Ada! Your table is ready.", "Welcome! Please have a seat."], lines);
    }
}
