using AgentChain;

await using StreamChain<string, string> chain = Chain.From<string>("greeter")
    .Then("trim", name => name.Trim())
    .Then("look up", async (name, token) =>
    {
        if (name != "Ada") await Task.Delay(10_000, token);     // a database that is slow for most guests
        return $"Welcome back, {name}! Your table is ready.";
    }, o => o.Budget(500.Milliseconds()).OnOverrun(Overrun.Fallback("Welcome! Please have a seat.")))
    .Stream("speak", (text, token) => text.Split(' ').ToAsyncEnumerable())
    .Build();

foreach (string guest in new[] { " Ada ", " Bob " })
{
    await foreach (string word in chain.Start(guest).Output) Console.Write(word + " ");
    Console.WriteLine();
}
