using AgentChain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QuickStart;

// A help desk without models: it hears a question word by word, looks up the answer, and speaks it word by word.
HostApplicationBuilder host = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
host.Services.AddSingleton<Handbook>();
#region desk
host.Services.AddAgentChain<string, string>("desk", (chain, services) => chain
    .Revise("listen", Desk.ListenAsync)                                     // publishes hypotheses, then the final question
    .Then("look up", services.GetRequiredService<Handbook>().LookUpAsync, o => o
        .Speculate()                                                        // may start on a hypothesis; the work is used if that was right
        .Budget(TimeSpan.FromSeconds(5))                                    // appsettings.json says 400 ms, which wins
        .OnOverrun(Overrun.Fallback("I will send you that by mail.")))      // what the caller hears when the lookup is too slow
    .Stream("speak", Desk.SpeakAsync));
#endregion
using IHost app = host.Build();
await using StreamChain<string, string> desk = app.Services.GetRequiredService<StreamChain<string, string>>();

// The first turn teaches the chain how long a lookup takes; in the second one it starts early.
foreach (string question in new[] { "when do you open", "when do you open", "how do I return an order" })
{
    await using Turn<string> turn = desk.Start(question);
    Console.Write($"{question}? ");
    await foreach (string word in turn.Output)
    {
        Console.Write($"{word} ");
    }

    Console.WriteLine($"\n\n{(await turn.Completion).Report.ToWaterfall()}\n");
}
