using AgentChain.Costs;

namespace AgentChain.Tests.Costs;

public class BudgetPlannerTests
{
    [Fact]
    public void Compose_Series_AddsIndependentTimes()
    {
        double[] samples = new BudgetPlanner().Compose(new BudgetPart.Series([Uniform("a", 0, 1), Uniform("b", 0, 1)]));

        // The sum of two uniform numbers has a variance of 1/6; equal ranks would give 1/3.
        double mean = samples.Average(), variance = samples.Average(s => (s - mean) * (s - mean));
        Assert.Equal(1, mean, 0.03);
        Assert.Equal(1.0 / 6, variance, 0.02);
    }

    [Fact]
    public void Compose_Branches_TakesTheLongest()
    {
        double[] samples = new BudgetPlanner().Compose(new BudgetPart.Branches([Uniform("a", 0, 1), Uniform("b", 0, 1)]));

        Assert.Equal(2.0 / 3, samples.Average(), 0.02);
    }

    [Fact]
    public void Compose_DeclaredBudgetThatCuts_EndsTheRun()
    {
        var cut = new BudgetPart.Block("a", "", [1, 2, 9], 3.Seconds(), IsCut: true, MayGet: true);

        Assert.Equal([1, 2, 3], new BudgetPlanner().Compose(cut).Order());
    }

    [Fact]
    public void Split_Series_EqualQuantilesThatAddUpToTheLimit()
    {
        BudgetPart.Block a = Uniform("a", 0.1, 0.2), b = Uniform("b", 0.1, 0.9);

        var budgets = new BudgetPlanner().Split(new BudgetPart.Series([a, b]), TimeSpan.FromSeconds(0.92));

        Assert.Equal(0.18, budgets[a].TotalSeconds, 0.005);
        Assert.Equal(0.74, budgets[b].TotalSeconds, 0.005);
    }

    [Fact]
    public void Split_MoreThanAllNeed_SharesWhatRemains()
    {
        BudgetPart.Block a = Uniform("a", 0.1, 0.2), b = Uniform("b", 0.2, 0.4);

        var budgets = new BudgetPlanner().Split(new BudgetPart.Series([a, b]), TimeSpan.FromSeconds(1.2));

        Assert.Equal(0.4, budgets[a].TotalSeconds, 0.005);
        Assert.Equal(0.8, budgets[b].TotalSeconds, 0.005);
    }

    [Fact]
    public void Split_Branches_TheShorterOneGetsTheTimeOfTheLonger()
    {
        BudgetPart.Block head = Uniform("head", 0.1, 0.2), shortOne = Uniform("short", 0.1, 0.2), longOne = Uniform("long", 0.4, 0.8);

        var budgets = new BudgetPlanner().Split(
            new BudgetPart.Series([head, new BudgetPart.Branches([shortOne, new BudgetPart.Series([longOne])])]), TimeSpan.FromSeconds(0.9));

        Assert.Equal(0.9, (budgets[head] + budgets[longOne]).TotalSeconds, 0.005);
        Assert.Equal(budgets[longOne].TotalSeconds, budgets[shortOne].TotalSeconds, 0.005);
    }

    [Fact]
    public void Split_DeclaredBudget_KeepsItAndTheRestIsShared()
    {
        BudgetPart.Block a = Uniform("a", 0.1, 0.3), declared = Uniform("b", 0, 9) with { Own = TimeSpan.FromSeconds(0.5) };

        var budgets = new BudgetPlanner().Split(new BudgetPart.Series([a, declared]), TimeSpan.FromSeconds(0.75));

        Assert.Equal(0.25, budgets[a].TotalSeconds, 0.005);
        Assert.Single(budgets);
    }

    [Fact]
    public void Split_LessThanMostRunsNeed_GivesTheMedians()
    {
        BudgetPart.Block a = Uniform("a", 1, 2), b = Uniform("b", 2, 4);

        var budgets = new BudgetPlanner().Split(new BudgetPart.Series([a, b]), 1.Seconds());

        Assert.Equal((1.5, 3.0), (Math.Round(budgets[a].TotalSeconds, 2), Math.Round(budgets[b].TotalSeconds, 2)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    public void Compose_Rounds_AddsIndependentTimes(int count)
    {
        double[] samples = new BudgetPlanner().Compose(new BudgetPart.Rounds(Uniform("a", 0, 1), count));

        double mean = samples.Average(), variance = samples.Average(s => (s - mean) * (s - mean));
        Assert.Equal(count / 2.0, mean, 0.06);
        Assert.Equal(count / 12.0, variance, 0.06);
    }

    [Fact]
    public void Split_Rounds_ShareTheLimit()
    {
        BudgetPart.Block a = Uniform("a", 0.1, 0.2);

        Assert.Equal(0.18, new BudgetPlanner().Split(new BudgetPart.Rounds(a, 4), TimeSpan.FromSeconds(0.72))[a].TotalSeconds, 0.005);
    }

    [Fact]
    public void Split_PartWithABudget_ItsBlocksShareThat()
    {
        BudgetPart.Block a = Uniform("a", 0.1, 0.2), b = Uniform("b", 0.1, 0.2);

        var budgets = new BudgetPlanner().Split(
            new BudgetPart.Series([new BudgetPart.Limited(a, TimeSpan.FromSeconds(0.5), IsCut: true), b]), TimeSpan.FromSeconds(2));

        Assert.Equal(0.5, budgets[a].TotalSeconds, 0.005);
        Assert.Equal(1.5, budgets[b].TotalSeconds, 0.005);
    }


    static BudgetPart.Block Uniform(string name, double least, double most) => new(
        name, "", [.. Enumerable.Range(0, BudgetPlanner.Samples).Select(i => least + ((most - least) * (i + 0.5) / BudgetPlanner.Samples))],
        null, IsCut: false, MayGet: true);
}
