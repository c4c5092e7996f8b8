using System.Globalization;
using System.Xml.Linq;
using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Reports;

public sealed class ReportTests
{
    private static readonly string[] Interactive = ["script", "iframe", "object", "link", "img", "form"];

    public static TheoryData<string> Pages => [Result(1).ToHtml(), Result(3).ToHtml(), Empty().ToHtml(), Plan().ToHtml()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void ToHtml_Page_IsSelfContainedAndWellFormed(string html)
    {
        XElement page = XDocument.Parse(html).Root!;

        Assert.DoesNotContain(page.Descendants(), e => Interactive.Contains(e.Name.LocalName));
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
        Assert.Equal("en", page.Attribute("lang")!.Value);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void ToHtml_Page_IsReadableByKeyboardAndScreenReader(string html)
    {
        XElement page = XDocument.Parse(html).Root!;
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
        Assert.Single(page.Descendants("h1"));
        Assert.Single(page.Descendants("main"));
        Assert.All(page.Descendants("section"), section => Assert.Contains(section.Attribute("aria-labelledby")!.Value, ids));
        Assert.All(page.Descendants("table"), table =>
        {
            Assert.NotEmpty(table.Element("caption")!.Value);
            Assert.Equal(("0", "region"), (table.Parent!.Attribute("tabindex")!.Value, table.Parent.Attribute("role")!.Value));
            Assert.All(table.Descendants("th"), head => Assert.NotNull(head.Attribute("scope")));
        });
        Assert.All(page.Descendants("figure"), figure =>
        {
            XElement svg = figure.Element("svg")!;
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.All(svg.Attribute("aria-labelledby")!.Value.Split(' '), id => Assert.Contains(id, ids));
            // The numbers of each chart stand in a table beside it.
            Assert.NotEmpty(figure.ElementsAfterSelf().Descendants("table"));
        });
    }

    [Fact]
    public void ToHtml_NameWithMarkup_IsEscaped()
    {
        string html = Simulator.Run(
            setup => Chain.From<Arrival>("<script>").Then("a & <b>\"'", Block(setup, "d", LatencyModel.Fixed(1.Milliseconds()))).Build(setup.Options()),
            a => a, ArrivalTrace.From([new Arrival()], "<i>"), D()).ToHtml();

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.Contains("a &amp; &lt;b&gt;", XDocument.Parse(html).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void ToText_AnotherCulture_IsTheSame(string culture)
    {
        SimulationResult result = Result(2);
        (string text, string html) = (result.ToText(), result.ToHtml());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal((text, html), (result.ToText(), result.ToHtml()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToText_Result_TellsTheNumbers()
    {
        string text = Simulator.Run(One(LatencyModel.Fixed(100.Milliseconds())), a => a, At(0, 10, 500), D(), Objective(150)).ToText();

        Assert.Matches("turns that met the objective +66.7 %\n", text);
        Assert.Matches("d +1 +50.0 % +33.3 %", text);
        Assert.DoesNotContain(text.Split('\n'), line => line.Length > 140);
    }

    [Fact]
    public void ToText_Plan_BeginsWithTheAnswer() => Assert.StartsWith(
        "4 x d meet the target of 95.0 %, and nothing cheaper does.", Plan().ToText(), StringComparison.Ordinal);

    private static SimulationResult Result(int seeds) => Simulator.Run(
        One(LatencyModel.LogNormal(90.Milliseconds(), 0.4)), a => a, ArrivalTrace.Poisson(9, 400), D(), Objective(300, seeds));

    private static SimulationResult Empty() => Simulator.Run(One(LatencyModel.Fixed(1.Milliseconds())), a => a, At(), D());

    private static CapacityPlan Plan() => Simulator.Plan(
        One(LatencyModel.Fixed(100.Milliseconds())), a => a, At(0, 0, 0, 0, 0, 0, 0, 0), D(), new() { Simulation = Objective(200) });
}
