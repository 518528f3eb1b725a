"""Words of the worked example, in both languages."""

from __future__ import annotations

_CODE = """```python
from pathlib import Path
from carbon_planner.api import Settings, evaluate_files

sample = Path("carbon_planner/resources/sample")
result = evaluate_files(
    sample / "zones.geojson", zone_id="zone_id", zone_class="class_code", green_ratio="green_ratio",
    building_density="bldg_dens", plot_ratio="plot_ratio", base=sample / "base.geojson", base_class="DLBM",
    settings=Settings(
        sectors=("land", "buildings", "supply", "transport", "waste", "water", "industry", "agriculture", "sinks"),
        start_year=2020, end_year=2060,
    ),
)
print(result.totals.net, result.totals.sectors)
```"""

TEXTS = {
    "en": {
        "intro": """# A worked example: a town extension, all sectors, 2020–2060

This page follows one plan from its totals down to the source of every factor. The plan is the sample that ships with
the plugin: an invented town extension on a river, 20 zones with codes of the 2023 plan classes over 107 parcels with
codes of the third national land survey. Nothing of it is a real place; the factors are the shipped ones, with
Chongqing (CN-CQ) as region.

The page is written by `scripts/make_example` and held up to date by a test. Make the same numbers in a Python
console:""",
        "code": _CODE,
        "h_result": "Result",
        "result": """The {zones} zones cover {area} ha. Over the years counted (2021–2060) the plan changes gross
emissions by {emissions} tCO2e and gross removals by {removals} tCO2e against the existing land use, held constant.
The emission of the year 2060 is {byr} tCO2e in the baseline and {pyr} tCO2e under the plan: {ha} tCO2e per
hectare, {pp} per resident. Factors by weight: {confidence}. Intervals are those of IPCC Approach 1; they are partial,
because not every factor states a range.

Floor area comes from the plot ratio that the plan states, residents and jobs from defaults of the class (judgement):
the plan states none. Embodied carbon is scope 3 and in no net of the responsibility view.""",
        "h_years": "Year by year",
        "years": """Tonnes of CO2e per year of all sectors in the net: what the baseline and the plan emit (less what
they remove), and the change of land carbon. Net = plan − baseline + change.""",
        "h_lines": "From totals to lines",
        "lines": """Every line is an activity times a coefficient, summed over the zones and years. Tonnes of the plan
and of the change count with +, those of the baseline with −; committed ones fall after 2060 and are in no net. Land is
summed by pool; *lost* leaves in the year of conversion, *grown* and soil come over 20 years.""",
        "none": "No line: the sample plan has no activity of this sector, or states no figures that it needs.",
        "h_check": "Check",
        "check": "The lines above add up to {lines} tCO2e; the net of the run is {net} tCO2e (difference "
        "{error} tCO2e).",
        "h_factors": "Factors and their sources",
        "factors": """Every factor of the lines above, heaviest first, as it stands in the shipped library. *verified*
means read in a public copy of the source, *recalled* known from memory and to be checked before it is relied on,
*derived* computed or judged; see the [factor library](factors.md).""",
        "sector_land": "Land", "sector_buildings": "Buildings", "sector_transport": "Transport",
        "sector_waste": "Waste and water", "sector_sinks": "Added sinks",
        "sector_other": "Industry, agriculture, others",
        "net": "Net", "baseline": "Baseline", "plan": "Plan", "change": "Change of land", "committed": "Committed",
        "verified": "verified", "derived": "derived", "recalled": "recalled",
        "c_sector": "Sector", "c_net": "Net (tCO2e)", "c_interval": "95 % interval", "c_year": "Year",
        "c_line": "Line", "c_stage": "Stage", "c_activity": "Activity", "c_coefficient": "tCO2e per unit, all years",
        "c_tonnes": "tCO2e", "c_factors": "Factors", "c_id": "Factor", "c_what": "What", "c_parameter": "Parameter",
        "c_value": "Value", "c_range": "Range", "c_yr": "Year", "c_source": "Source", "c_conf": "Confidence",
    },
    "zh": {
        "intro": """# 算例：城镇扩展方案全部门核算（2020—2060年）

本页从合计数出发，逐级追溯到每个因子的出处。方案为随插件提供的示例：一处虚构的沿河城镇扩展，20 个分区（用地用海分类
2023 年版代码），叠加 107 个现状图斑（第三次国土调查代码）。地点均为虚构；因子为插件自带因子，区域为重庆（CN-CQ）。

本页由 `scripts/make_example` 生成，并由测试保证与程序一致。在 Python 控制台中可得到相同结果：""",
        "code": _CODE,
        "h_result": "结果",
        "result": """{zones} 个分区共 {area} 公顷。与保持不变的现状用地相比，核算期（2021—2060年）内规划使
总排放量变化 {emissions} tCO2e，总清除量变化 {removals} tCO2e。2060年基线排放 {byr} tCO2e，规划排放 {pyr} tCO2e，
即每公顷 {ha} tCO2e、人均 {pp} tCO2e。按权重的因子可信度：{confidence}。区间采用 IPCC 方法1；
并非所有因子都给出范围，因此区间不完整。

建筑面积按规划给出的容积率计算；规划未给出人口和就业岗位，采用地类缺省值（专家判断）。隐含碳属范围三，
责任口径下不计入净值。""",
        "h_years": "逐年结果",
        "years": "净值所含各部门的逐年结果（tCO2e/年）：基线与规划的排放（扣除清除），以及土地碳变化。"
        "净值 = 规划 − 基线 + 变化。",
        "h_lines": "从合计到分项",
        "lines": """每个分项为活动量乘以系数，对分区和年份求和。规划与变化的吨数取正号，基线取负号；“期后已承诺”发生在
2060年之后，不计入净值。土地按碳库汇总：lost 在转换当年释放，grown 与 soil 在20年内完成。""",
        "none": "无分项：示例方案没有该部门的活动，或未给出所需数值。",
        "h_check": "核对",
        "check": "上述分项合计 {lines} tCO2e；本次核算净值 {net} tCO2e（差值 {error} tCO2e）。",
        "h_factors": "因子及其出处",
        "factors": """上述分项所用的全部因子，按权重排列，与插件自带因子库一致。verified 表示在来源的公开副本中读到；
recalled 表示凭记忆，使用前应核对；derived 表示推算或专家判断。详见[因子库](../factors.md)。""",
        "sector_land": "土地", "sector_buildings": "建筑", "sector_transport": "交通", "sector_waste": "废弃物与供排水",
        "sector_sinks": "新增碳汇", "sector_other": "工业、农业及其他",
        "net": "净值", "baseline": "基线", "plan": "规划", "change": "土地变化", "committed": "期后已承诺",
        "verified": "已核实", "derived": "推算", "recalled": "凭记忆",
        "c_sector": "部门", "c_net": "净值（tCO2e）", "c_interval": "95%区间", "c_year": "年份",
        "c_line": "分项", "c_stage": "阶段", "c_activity": "活动量", "c_coefficient": "单位活动量 tCO2e（全部年份）",
        "c_tonnes": "tCO2e", "c_factors": "因子", "c_id": "因子", "c_what": "对象", "c_parameter": "参数",
        "c_value": "数值", "c_range": "范围", "c_yr": "年份", "c_source": "出处", "c_conf": "可信度",
    },
}  # fmt: skip
