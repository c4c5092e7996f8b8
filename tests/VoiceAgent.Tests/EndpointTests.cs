using AgentChain.Extensions.AI.Tests.Servers;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Tests;

/// <summary>A server in the place of the language model.</summary>
public sealed class EndpointTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Endpoint_ServerAnswers_ItsWordsAreSpokenAndItSeesPlaceholdersOnly()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Says("your balance is fine today ."));

        ProgramRun run = await ProgramRun.Of(
            "--out", _folder.Path, "--budget", "600000", "--endpoint", $"{server.Endpoint}", "--model", "big",
            "--customer", "maria lopez", "--say", "My name is Maria Lopez, what is my balance?");

        Assert.Empty(run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("your balance is fine today", run.Turns[0]["answer"], StringComparison.Ordinal);
        string sent = string.Concat(server.Calls.Select(call => call.Request.GetRawText()));
        Assert.All(server.Calls, call => Assert.Equal("big", call.Request.GetProperty("model").GetString()));
        Assert.Contains("look_up_account", sent, StringComparison.Ordinal);
        Assert.Contains("[name_", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("lopez", sent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Endpoint_ServerCallsATool_ItRunsHereAndTheServerReadsTheResult()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async call =>
        {
            if (call.Question.Contains("balance: ", StringComparison.Ordinal))
            {
                await Script.Says("you owe twelve dollars .")(call);
            }
            else if (call.Question.Contains("balance", StringComparison.Ordinal))
            {
                await call.ChunkAsync(
                    new { tool_calls = new[] { new { index = 0, id = "c1", type = "function", function = new { name = "look_up_account", arguments = "{\"fact\":\"balance\"}" } } } }, null);
                await call.FinishAsync("tool_calls");
            }
            else
            {
                await Script.Says("hello .")(call);
            }
        });

        ProgramRun run = await ProgramRun.Of(
            "--out", _folder.Path, "--budget", "600000", "--endpoint", $"{server.Endpoint}", "--model", "big", "--say", "What is my balance?");

        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Assert.Equal("look_up_account fact: balance", run.Turns[0]["calls"]);
        Assert.Contains("balance: $12.40", run.Turns[0]["result"], StringComparison.Ordinal);
        Assert.Contains("you owe twelve dollars", run.Turns[0]["answer"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_ServerFailsLater_TheTurnSaysSoInOneLine()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(call =>
            call.Question.Contains("data", StringComparison.Ordinal)
                ? Script.Refuses(503, message: "Out of memory.")(call)
                : Script.Says("fine .")(call));

        ProgramRun run = await ProgramRun.Of(
            "--out", _folder.Path, "--budget", "600000", "--endpoint", $"{server.Endpoint}", "--model", "big",
            "--say", "How much data do I have left?");

        Assert.Equal(ExitCode.TurnNotCompleted, run.ExitCode);
        Assert.Contains("Block 'respond' failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("Out of memory.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_UnknownModel_IsReported()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Refuses(404, message: "The model 'huge' does not exist."));
        await RefusedAsync("refuses the model 'huge'", $"{server.Endpoint}", "huge");
    }

    [Fact]
    public async Task Endpoint_WebPage_IsReported()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Html());
        await RefusedAsync("sent no answer", $"{server.Endpoint}", "big");
    }

    [Fact]
    public async Task Endpoint_NoServer_IsReported()
    {
        ScriptedServer server = await ScriptedServer.StartAsync(Script.Says("hello"));
        string endpoint = $"{server.Endpoint}";
        await server.DisposeAsync();
        await RefusedAsync("cannot be reached", endpoint, "big");
    }

    async Task RefusedAsync(string expected, string endpoint, string model)
    {
        ProgramRun run = await ProgramRun.Of("--out", _folder.Path, "--endpoint", endpoint, "--model", model, "--say", "What is my balance?");
        Assert.Equal(ExitCode.Server, run.ExitCode);
        string line = Assert.Single(run.Error.Trim().Split('\n'));
        Assert.StartsWith($"The server at {endpoint} ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }
}
