<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CarbonPlanner</name>
    <message>
        <source>Carbon Planner</source>
        <translation>碳规划</translation>
    </message>
    <message>
        <source>Evaluates the carbon impact of land-use plans.</source>
        <translation>评估土地利用规划的碳影响。</translation>
    </message>
    <message>
        <source>Results are plan figures by published coefficients, not measurements.</source>
        <translation>结果是按已发表系数得到的规划数值，不是实测值。</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>About Carbon Planner</source>
        <translation>关于碳规划</translation>
    </message>
    <message>
        <source>Search by code or name</source>
        <translation>按代码或名称搜索</translation>
    </message>
    <message>
        <source>Search classes</source>
        <translation>搜索地类</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>地类</translation>
    </message>
    <message>
        <source>English name</source>
        <translation>英文名称</translation>
    </message>
    <message>
        <source>Official name</source>
        <translation>官方名称</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Factor sets</source>
        <translation>因子集</translation>
    </message>
    <message>
        <source>Factors</source>
        <translation>因子</translation>
    </message>
    <message>
        <source>Search factors by class, name, parameter or source</source>
        <translation>按地类、名称、参数或来源搜索因子</translation>
    </message>
    <message>
        <source>Search factors</source>
        <translation>搜索因子</translation>
    </message>
    <message>
        <source>Source of the factor</source>
        <translation>因子来源</translation>
    </message>
    <message>
        <source>Choose a factor to read its source.</source>
        <translation>选择一个因子以查看其来源。</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>重新读取(&amp;R)</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Read factor sets</source>
        <translation>读取因子集</translation>
    </message>
    <message>
        <source>The sets cannot be read: {reason}</source>
        <translation>无法读取因子集：{reason}</translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation>{shown} / {total}</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95%区间</translation>
    </message>
    <message>
        <source>least and greatest</source>
        <translation>最小值与最大值</translation>
    </message>
    <message>
        <source>kind of range not stated</source>
        <translation>取值范围类型不明</translation>
    </message>
    <message>
        <source>no range</source>
        <translation>无取值范围</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>因子</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>取值范围</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>地区</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>可信度</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>carbon stocks of land</source>
        <translation>土地碳储量</translation>
    </message>
    <message>
        <source>yearly fluxes of land</source>
        <translation>土地年通量</translation>
    </message>
    <message>
        <source>other sectors</source>
        <translation>其他部门</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>published</source>
        <translation>已发布</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>参考</translation>
    </message>
    <message>
        <source>for comparison</source>
        <translation>供比较</translation>
    </message>
    <message>
        <source>example</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>已核实</translation>
    </message>
    <message>
        <source>derived</source>
        <translation>推算</translation>
    </message>
    <message>
        <source>recalled</source>
        <translation>凭记忆</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>哈希</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>随插件提供</translation>
    </message>
    <message>
        <source>own</source>
        <translation>自有</translation>
    </message>
    <message>
        <source>For</source>
        <translation>适用对象</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>地类</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>not estimated</source>
        <translation>未估算</translation>
    </message>
    <message>
        <source>Carbon Planner help</source>
        <translation>碳规划帮助</translation>
    </message>
    <message>
        <source>Help page</source>
        <translation>帮助页面</translation>
    </message>
    <message>
        <source>&amp;Contents</source>
        <translation>目录(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>后退(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>前进(&amp;F)</translation>
    </message>
    <message>
        <source>Open in &amp;browser</source>
        <translation>在浏览器中打开(&amp;B)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Windows (OSGeo4W shell)</source>
        <translation>Windows（OSGeo4W Shell）</translation>
    </message>
    <message>
        <source>macOS (Terminal)</source>
        <translation>macOS（终端）</translation>
    </message>
    <message>
        <source>Debian, Ubuntu (terminal)</source>
        <translation>Debian、Ubuntu（终端）</translation>
    </message>
    <message>
        <source>conda environment</source>
        <translation>conda 环境</translation>
    </message>
    <message>
        <source>Other Linux (terminal)</source>
        <translation>其他 Linux（终端）</translation>
    </message>
    <message>
        <source>Then start QGIS again.</source>
        <translation>然后重新启动 QGIS。</translation>
    </message>
    <message>
        <source>Open a terminal and run the commands in this order.</source>
        <translation>打开终端，按顺序运行这些命令。</translation>
    </message>
    <message>
        <source>Close QGIS. Open “OSGeo4W Shell” from its folder in the start menu.</source>
        <translation>关闭 QGIS。从开始菜单中的 QGIS 文件夹打开“OSGeo4W Shell”。</translation>
    </message>
    <message>
        <source>Paste the command and press Enter.</source>
        <translation>粘贴命令并按回车。</translation>
    </message>
    <message>
        <source>Close QGIS. Open Terminal, paste the command and press Enter.</source>
        <translation>关闭 QGIS。打开“终端”，粘贴命令并按回车。</translation>
    </message>
    <message>
        <source>Activate the environment of this QGIS and run the command.</source>
        <translation>激活此 QGIS 所在的环境并运行命令。</translation>
    </message>
    <message>
        <source>Prefer the packages of your distribution where it has them.</source>
        <translation>请优先使用发行版自带的软件包。</translation>
    </message>
    <message>
        <source>found</source>
        <translation>已找到</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺少</translation>
    </message>
    <message>
        <source>too old</source>
        <translation>版本过旧</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>无法导入</translation>
    </message>
    <message>
        <source>Required libraries</source>
        <translation>所需库</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>库</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>库</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Needed for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>&amp;Copy commands</source>
        <translation>复制命令(&amp;C)</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>重新检查(&amp;A)</translation>
    </message>
    <message>
        <source>Commands &amp;for</source>
        <translation>适用平台(&amp;F)</translation>
    </message>
    <message>
        <source>Drawing works. Evaluating needs the libraries that are marked.</source>
        <translation>可以绘制。评估需要标出的库。</translation>
    </message>
    <message>
        <source>Evaluating works. Reports or charts lack what is marked.</source>
        <translation>可以评估。报告或图表缺少标出的库。</translation>
    </message>
    <message>
        <source>All libraries are there.</source>
        <translation>所有库均已就绪。</translation>
    </message>
    <message>
        <source>evaluating plans</source>
        <translation>评估规划</translation>
    </message>
    <message>
        <source>reports and charts</source>
        <translation>报告和图表</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Check Python libraries</source>
        <translation>检查 Python 库</translation>
    </message>
    <message>
        <source>New plan</source>
        <translation>新建规划</translation>
    </message>
    <message>
        <source>GeoPackage (*.gpkg)</source>
        <translation>GeoPackage (*.gpkg)</translation>
    </message>
    <message>
        <source>Plan file</source>
        <translation>规划文件</translation>
    </message>
    <message>
        <source>Plan zones</source>
        <translation>规划分区</translation>
    </message>
    <message>
        <source>Coordinate reference system</source>
        <translation>坐标参照系</translation>
    </message>
    <message>
        <source>Switch on snapping to vertices and edges in this project</source>
        <translation>在此工程中启用对顶点和边的捕捉</translation>
    </message>
    <message>
        <source>The zones that you draw are kept in a GeoPackage.</source>
        <translation>绘制的分区保存在 GeoPackage 中。</translation>
    </message>
    <message>
        <source>An existing file may be named: a plan in it is continued,</source>
        <translation>可指定已有文件：其中的规划会继续绘制，</translation>
    </message>
    <message>
        <source>everything else in it stays as it is.</source>
        <translation>其他内容保持不变。</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Layer &amp;name</source>
        <translation>图层名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Reference system</source>
        <translation>坐标参照系(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Class system</source>
        <translation>分类体系(&amp;C)</translation>
    </message>
    <message>
        <source>This file holds a plan; it will be continued.</source>
        <translation>该文件中已有规划，将继续绘制。</translation>
    </message>
    <message>
        <source>The file exists; the plan is added to it.</source>
        <translation>文件已存在，规划将添加到其中。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Evaluated layers</source>
        <translation>已评估的图层</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>分区数</translation>
    </message>
    <message>
        <source>Net, tCO2e</source>
        <translation>净值（tCO2e）</translation>
    </message>
    <message>
        <source>Evaluated on</source>
        <translation>评估时间</translation>
    </message>
    <message>
        <source>Factor set</source>
        <translation>因子集</translation>
    </message>
    <message>
        <source>&amp;Zoom to layer</source>
        <translation>缩放到图层(&amp;Z)</translation>
    </message>
    <message>
        <source>&amp;Attribute table</source>
        <translation>属性表(&amp;A)</translation>
    </message>
    <message>
        <source>Open &amp;report</source>
        <translation>打开报告(&amp;R)</translation>
    </message>
    <message>
        <source>No report was written with this result.</source>
        <translation>此结果未写出报告。</translation>
    </message>
    <message>
        <source>The project holds no evaluated layer. Run “Evaluate” first.</source>
        <translation>工程中没有已评估的图层。请先运行“评估”。</translation>
    </message>
    <message>
        <source>Plan zone {id}</source>
        <translation>规划分区 {id}</translation>
    </message>
    <message>
        <source>Choose the planned class.</source>
        <translation>请选择规划地类。</translation>
    </message>
    <message>
        <source>{field}: a number from 0 to 100, or empty.</source>
        <translation>{field}：请输入0到100的数值，或留空。</translation>
    </message>
    <message>
        <source>{field}: a number from 0 to {top}, or empty.</source>
        <translation>{field}：请输入0到{top}的数值，或留空。</translation>
    </message>
    <message>
        <source>Green ratio and building density are {total} % together; a zone has only 100 %.</source>
        <translation>绿地率与建筑密度之和为{total}%，不得超过100%。</translation>
    </message>
    <message>
        <source>The existing class is not in the list. Choose one, or leave it empty.</source>
        <translation>现状地类不在列表中。请从列表选择或留空。</translation>
    </message>
    <message>
        <source>Green ratio, %</source>
        <translation>绿地率（%）</translation>
    </message>
    <message>
        <source>Building density, %</source>
        <translation>建筑密度（%）</translation>
    </message>
    <message>
        <source>Plot ratio</source>
        <translation>容积率</translation>
    </message>
    <message>
        <source>Add zone</source>
        <translation>添加分区</translation>
    </message>
    <message>
        <source>Continue drawing</source>
        <translation>继续绘制</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>from the base layer</source>
        <translation>取自现状用地图层</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Green ratio, %</source>
        <translation>绿地率（%）(&amp;G)</translation>
    </message>
    <message>
        <source>Building &amp;density, %</source>
        <translation>建筑密度（%）(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Plot ratio</source>
        <translation>容积率(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Existing class</source>
        <translation>现状地类(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation>状态(&amp;S)</translation>
    </message>
    <message>
        <source>N&amp;ote</source>
        <translation>备注(&amp;O)</translation>
    </message>
    <message>
        <source>Planned &amp;class</source>
        <translation>规划地类(&amp;C)</translation>
    </message>
    <message>
        <source>{ha} ha ({mu} mu)</source>
        <translation>{ha} 公顷（{mu} 亩）</translation>
    </message>
    <message>
        <source>The cover follows from the class.</source>
        <translation>地表覆盖由地类确定。</translation>
    </message>
    <message>
        <source>Grey: usual values of the class. They apply where you enter nothing.</source>
        <translation>灰色为该地类的常用值，未填写时采用。</translation>
    </message>
    <message>
        <source>The algorithm {id} is not registered. Reload the plugin.</source>
        <translation>算法 {id} 未注册。请重新加载插件。</translation>
    </message>
    <message>
        <source>Enable the plugin “Processing” in Plugins ▸ Manage and Install Plugins.</source>
        <translation>请在“插件 ▸ 管理并安装插件”中启用“Processing”（数据处理）插件。</translation>
    </message>
    <message>
        <source>Store of own factor sets</source>
        <translation>自有因子库</translation>
    </message>
    <message>
        <source>Stock difference</source>
        <translation>储量变化法</translation>
    </message>
    <message>
        <source>Yearly flux</source>
        <translation>年通量法</translation>
    </message>
    <message>
        <source>Start year</source>
        <translation>起始年</translation>
    </message>
    <message>
        <source>End year</source>
        <translation>期末年</translation>
    </message>
    <message>
        <source>Language of QGIS</source>
        <translation>与 QGIS 界面语言一致</translation>
    </message>
    <message>
        <source>Default of the method</source>
        <translation>方法的默认因子集</translation>
    </message>
    <message>
        <source>&amp;Store of own sets</source>
        <translation>自有因子库(&amp;S)</translation>
    </message>
    <message>
        <source>Set for stock &amp;differences</source>
        <translation>储量变化法因子集(&amp;D)</translation>
    </message>
    <message>
        <source>Set for yearly &amp;fluxes</source>
        <translation>年通量法因子集(&amp;F)</translation>
    </message>
    <message>
        <source>What “Evaluate” starts with</source>
        <translation>“评估”的初始设置</translation>
    </message>
    <message>
        <source>Land &amp;method</source>
        <translation>土地方法(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Years</source>
        <translation>年份(&amp;Y)</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>&amp;Language of reports and field names</source>
        <translation>报告和字段名的语言(&amp;L)</translation>
    </message>
    <message>
        <source>plan</source>
        <translation>规划</translation>
    </message>
    <message>
        <source>“{path}” cannot be written: {reason}</source>
        <translation>无法写入“{path}”：{reason}</translation>
    </message>
    <message>
        <source>“{path}” holds no plan layer that can be read.</source>
        <translation>“{path}”中没有可读取的规划图层。</translation>
    </message>
    <message>
        <source>The coordinate reference system of the project: metres.</source>
        <translation>工程的坐标参照系，单位为米。</translation>
    </message>
    <message>
        <source>Choose a projected system in metres; the map does not show where the plan is.</source>
        <translation>请选择以米为单位的投影坐标系；地图未能显示规划的位置。</translation>
    </message>
    <message>
        <source>The zone of the map centre ({longitude}° E).</source>
        <translation>地图中心（东经{longitude}°）所在的投影带。</translation>
    </message>
    <message>
        <source>Choose a coordinate reference system.</source>
        <translation>请选择坐标参照系。</translation>
    </message>
    <message>
        <source>Mercator shows areas {factor} times too large here.</source>
        <translation>墨卡托投影在此处将面积放大到{factor}倍。</translation>
    </message>
    <message>
        <source>Results use true areas, but what you measure on the plan will not match them.</source>
        <translation>结果采用真实面积，但在规划图上量得的面积与之不符。</translation>
    </message>
    <message>
        <source>A zone in metres is better.</source>
        <translation>建议采用以米为单位的投影分带。</translation>
    </message>
    <message>
        <source>Coordinates in degrees make right angles and lengths hard to draw.</source>
        <translation>以度为单位的坐标难以绘制直角和长度。</translation>
    </message>
    <message>
        <source>The unit of this system is not the metre.</source>
        <translation>该坐标系的单位不是米。</translation>
    </message>
    <message>
        <source>The plan layer “{layer}” is read-only.</source>
        <translation>规划图层“{layer}”为只读。</translation>
    </message>
    <message>
        <source>Zone id</source>
        <translation>分区编号</translation>
    </message>
    <message>
        <source>Planned class</source>
        <translation>规划地类</translation>
    </message>
    <message>
        <source>Class name</source>
        <translation>地类名称</translation>
    </message>
    <message>
        <source>Green ratio (0–1)</source>
        <translation>绿地率（0–1）</translation>
    </message>
    <message>
        <source>Building density (0–1)</source>
        <translation>建筑密度（0–1）</translation>
    </message>
    <message>
        <source>Existing class</source>
        <translation>现状地类</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Drawn on</source>
        <translation>绘制时间</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>编制中</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>Implemented</source>
        <translation>已实施</translation>
    </message>
    <message>
        <source>No class or another one</source>
        <translation>无地类或其他地类</translation>
    </message>
    <message>
        <source>(not set)</source>
        <translation>（未设置）</translation>
    </message>
    <message>
        <source>Green ratio and building density are shares of the zone: together at most 1</source>
        <translation>绿地率与建筑密度均为占分区面积的比例，两者之和不超过1</translation>
    </message>
    <message>
        <source>Existing land use (sample)</source>
        <translation>现状用地（示例）</translation>
    </message>
    <message>
        <source>Plan zones (sample)</source>
        <translation>规划分区（示例）</translation>
    </message>
    <message>
        <source>The sample plan is missing from this installation.</source>
        <translation>此安装中缺少示例规划。</translation>
    </message>
    <message>
        <source>Missing Python libraries: {names}. Drawing works, evaluating does not.</source>
        <translation>缺少 Python 库：{names}。可以绘制，但无法评估。</translation>
    </message>
    <message>
        <source>How to install…</source>
        <translation>如何安装…</translation>
    </message>
    <message>
        <source>Draw plan zone</source>
        <translation>绘制规划分区</translation>
    </message>
    <message>
        <source>Evaluate…</source>
        <translation>评估…</translation>
    </message>
    <message>
        <source>Factor sets…</source>
        <translation>因子集…</translation>
    </message>
    <message>
        <source>Results…</source>
        <translation>结果…</translation>
    </message>
    <message>
        <source>Load sample project</source>
        <translation>加载示例工程</translation>
    </message>
    <message>
        <source>Options…</source>
        <translation>选项…</translation>
    </message>
    <message>
        <source>Required libraries…</source>
        <translation>所需库…</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Draw a zone of the plan, then choose its class</source>
        <translation>绘制规划分区，然后选择地类</translation>
    </message>
    <message>
        <source>Compute the carbon impact of the plan&apos;s zones</source>
        <translation>计算规划分区的碳影响</translation>
    </message>
    <message>
        <source>See factors and their sources; import and export sets</source>
        <translation>查看因子及其来源，导入和导出因子集</translation>
    </message>
    <message>
        <source>Find evaluated layers, their tables and reports</source>
        <translation>查找已评估的图层及其属性表和报告</translation>
    </message>
    <message>
        <source>Offline help</source>
        <translation>离线帮助</translation>
    </message>
    <message>
        <source>Unfinished drawing cannot be kept against a crash: {reason}</source>
        <translation>无法保存未完成的绘制以防崩溃：{reason}</translation>
    </message>
    <message>
        <source>Add a polygon layer, or draw a plan zone first.</source>
        <translation>请先添加面图层，或绘制规划分区。</translation>
    </message>
    <message>
        <source>The project holds no evaluated layer yet.</source>
        <translation>工程中还没有已评估的图层。</translation>
    </message>
    <message>
        <source>The outline crosses or touches itself. An evaluation will repair and report it.</source>
        <translation>轮廓自相交或自接触。评估时会修复并报告。</translation>
    </message>
    <message>
        <source>Draw plan zone {id}</source>
        <translation>绘制规划分区 {id}</translation>
    </message>
    <message>
        <source>Match the outline of a plan zone</source>
        <translation>匹配规划分区的轮廓</translation>
    </message>
    <message>
        <source>The layer “{layer}” cannot be edited.</source>
        <translation>图层“{layer}”无法编辑。</translation>
    </message>
    <message>
        <source>Your unfinished outline goes on. Esc discards it.</source>
        <translation>继续绘制未完成的轮廓。按 Esc 可放弃。</translation>
    </message>
    <message>
        <source>The unfinished outline is kept. “Draw plan zone” goes on with it.</source>
        <translation>未完成的轮廓已保留。再次单击“绘制规划分区”可继续。</translation>
    </message>
    <message>
        <source>The layer did not take the zone; the outline is kept.</source>
        <translation>图层未接受该分区；轮廓已保留。</translation>
    </message>
    <message>
        <source>Zone {id} added, {ha} ha. It is in the file after “Save Layer Edits”.</source>
        <translation>已添加分区 {id}，{ha} 公顷。执行“保存图层编辑”后写入文件。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore unsaved zones</source>
        <translation>恢复未保存的分区</translation>
    </message>
    <message>
        <source>These plan layers could not be opened for editing: {layers}. Their drafts are kept.</source>
        <translation>无法打开以下规划图层进行编辑：{layers}。其草稿已保留。</translation>
    </message>
    <message>
        <source>{count} unsaved changes belong to zones that the file no longer holds; they are lost.</source>
        <translation>{count} 处未保存的修改所属的分区已不在文件中，无法恢复。</translation>
    </message>
    <message>
        <source>outlines begun: {count}</source>
        <translation>未完成的轮廓：{count}</translation>
    </message>
    <message>
        <source>new zones: {count}</source>
        <translation>新分区：{count}</translation>
    </message>
    <message>
        <source>changes: {count}</source>
        <translation>修改：{count}</translation>
    </message>
    <message>
        <source>QGIS ended while a plan was unsaved ({layers}, {time}): {what}.</source>
        <translation>QGIS 退出时规划尚未保存（{layers}，{time}）：{what}。</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard.</source>
        <translation>诊断信息已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Factors and classes</source>
        <translation>因子与地类</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Cancelled. Nothing has been written.</source>
        <translation>已取消。未写入任何内容。</translation>
    </message>
    <message>
        <source>Detect class system</source>
        <translation>识别分类体系</translation>
    </message>
    <message>
        <source>Class field</source>
        <translation>地类字段</translation>
    </message>
    <message>
        <source>Name field</source>
        <translation>名称字段</translation>
    </message>
    <message>
        <source>Text encoding of the source file</source>
        <translation>源文件的文字编码</translation>
    </message>
    <message>
        <source>Class systems found</source>
        <translation>识别出的分类体系</translation>
    </message>
    <message>
        <source>Codes and names that disagree</source>
        <translation>代码与名称不一致</translation>
    </message>
    <message>
        <source>Class system</source>
        <translation>分类体系</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Number of conflicts</source>
        <translation>不一致数量</translation>
    </message>
    <message>
        <source>Nothing to evaluate: give the plan class (ZONE_CLASS), the existing land use (BASE or ZONE_BASE_CLASS), or both.</source>
        <translation>没有可评估的内容：请给出规划地类（ZONE_CLASS）或现状用地（BASE 或 ZONE_BASE_CLASS），或两者都给出。</translation>
    </message>
    <message>
        <source>{parameter} describes the plan, but no plan class is given. Set ZONE_CLASS.</source>
        <translation>{parameter} 描述的是规划，但未给出规划地类。请设置 ZONE_CLASS。</translation>
    </message>
    <message>
        <source>AREA_METHOD = field and AREA_FIELD belong together: set both, or neither.</source>
        <translation>AREA_METHOD = field 与 AREA_FIELD 须同时使用：请两者都设置，或都不设置。</translation>
    </message>
    <message>
        <source>The end year {end} must be later than the start year {start}.</source>
        <translation>期末年 {end} 必须晚于起始年 {start}。</translation>
    </message>
    <message>
        <source>There are two baselines: the layer BASE and the field ZONE_BASE_CLASS. Leave one of them empty.</source>
        <translation>基线有两个：BASE 图层和 ZONE_BASE_CLASS 字段。请将其中一个留空。</translation>
    </message>
    <message>
        <source>BASE needs BASE_CLASS: name the field that holds the class of the existing land use.</source>
        <translation>给出 BASE 时必须同时给出 BASE_CLASS：请指定现状用地的地类字段。</translation>
    </message>
    <message>
        <source>BASE_CLASS names a field of BASE, but no layer BASE is given.</source>
        <translation>BASE_CLASS 是 BASE 图层的字段，但未给出 BASE 图层。</translation>
    </message>
    <message>
        <source>BASE_CLASS_SYSTEM is given, but no baseline (BASE or ZONE_BASE_CLASS).</source>
        <translation>给出了 BASE_CLASS_SYSTEM，但没有基线（BASE 或 ZONE_BASE_CLASS）。</translation>
    </message>
    <message>
        <source>What the result does not include:</source>
        <translation>结果不包含：</translation>
    </message>
    <message>
        <source>Class system of the plan: {name}</source>
        <translation>规划的分类体系：{name}</translation>
    </message>
    <message>
        <source>Class system of the baseline: {name}</source>
        <translation>基线的分类体系：{name}</translation>
    </message>
    <message>
        <source>Factor set: {ref}</source>
        <translation>因子集：{ref}</translation>
    </message>
    <message>
        <source>Land method: {method}; timing: {timing}; area: {area}; years {first}–{last}</source>
        <translation>土地方法：{method}；时序：{timing}；面积：{area}；年份：{first}—{last}</translation>
    </message>
    <message>
        <source>Text of {layer} read as {encoding}</source>
        <translation>{layer} 的文本按 {encoding} 读取</translation>
    </message>
    <message>
        <source>Zones: {count}; area (overlaps counted once): {area:,.4f} ha</source>
        <translation>分区：{count} 个；面积（重叠只计一次）：{area:,.4f} 公顷</translation>
    </message>
    <message>
        <source>Not evaluated: {area:,.4f} ha</source>
        <translation>未评估：{area:,.4f} 公顷</translation>
    </message>
    <message>
        <source>Net carbon impact: {net:,.2f} tCO2e (95 % interval {low:,.2f} … {high:,.2f})</source>
        <translation>净碳影响：{net:,.2f} tCO2e（95%区间 {low:,.2f} … {high:,.2f}）</translation>
    </message>
    <message>
        <source>Emissions {plus:,.2f}, removals {minus:,.2f}, committed after the end year {after:,.2f} tCO2e</source>
        <translation>总排放量 {plus:,.2f}，总清除量 {minus:,.2f}，期后已承诺量 {after:,.2f} tCO2e</translation>
    </message>
    <message>
        <source>Confidence of the factors, weighted by |tCO2e|: {shares}</source>
        <translation>按|tCO2e|加权的因子可信度：{shares}</translation>
    </message>
    <message>
        <source>Area balance error: {error:.2e} (relative)</source>
        <translation>面积平衡误差：{error:.2e}（相对）</translation>
    </message>
    <message>
        <source>Zone id field</source>
        <translation>分区编号字段</translation>
    </message>
    <message>
        <source>Plan class field</source>
        <translation>规划地类字段</translation>
    </message>
    <message>
        <source>Class system of the plan</source>
        <translation>规划的分类体系</translation>
    </message>
    <message>
        <source>Green ratio field</source>
        <translation>绿地率字段</translation>
    </message>
    <message>
        <source>Building density field</source>
        <translation>建筑密度字段</translation>
    </message>
    <message>
        <source>Plot ratio field</source>
        <translation>容积率字段</translation>
    </message>
    <message>
        <source>Existing land use (baseline)</source>
        <translation>现状用地（基线）</translation>
    </message>
    <message>
        <source>Class field of the existing land use</source>
        <translation>现状地类字段</translation>
    </message>
    <message>
        <source>Class system of the baseline</source>
        <translation>基线的分类体系</translation>
    </message>
    <message>
        <source>Baseline class as a field of the zones</source>
        <translation>以分区字段表示的基线地类</translation>
    </message>
    <message>
        <source>Land method</source>
        <translation>土地方法</translation>
    </message>
    <message>
        <source>Timing of stock changes</source>
        <translation>储量变化的时序</translation>
    </message>
    <message>
        <source>Area method</source>
        <translation>面积方法</translation>
    </message>
    <message>
        <source>Survey area field (m²)</source>
        <translation>调查面积字段（平方米）</translation>
    </message>
    <message>
        <source>Text encoding of the source files</source>
        <translation>源文件的文字编码</translation>
    </message>
    <message>
        <source>Language of report and aliases</source>
        <translation>报告和字段别名的语言</translation>
    </message>
    <message>
        <source>Evaluated zones</source>
        <translation>评估后的分区</translation>
    </message>
    <message>
        <source>Pieces of change</source>
        <translation>变化图斑</translation>
    </message>
    <message>
        <source>Carbon ledger</source>
        <translation>碳台账</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Has a net impact</source>
        <translation>有无净值</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Number of zones</source>
        <translation>分区数量</translation>
    </message>
    <message>
        <source>Area (ha)</source>
        <translation>面积（公顷）</translation>
    </message>
    <message>
        <source>Area covered by several zones (ha)</source>
        <translation>多个分区重复覆盖的面积（公顷）</translation>
    </message>
    <message>
        <source>Net carbon impact (tCO2e)</source>
        <translation>净碳影响（tCO2e）</translation>
    </message>
    <message>
        <source>Net, lower bound (tCO2e)</source>
        <translation>净值下限（tCO2e）</translation>
    </message>
    <message>
        <source>Net, upper bound (tCO2e)</source>
        <translation>净值上限（tCO2e）</translation>
    </message>
    <message>
        <source>Area balance error (relative)</source>
        <translation>面积平衡误差（相对）</translation>
    </message>
    <message>
        <source>Evaluate plan zones</source>
        <translation>评估规划分区</translation>
    </message>
    <message>
        <source>Export factor set</source>
        <translation>导出因子集</translation>
    </message>
    <message>
        <source>CSV (*.csv);;Excel (*.xlsx);;JSON (*.json)</source>
        <translation>CSV (*.csv);;Excel (*.xlsx);;JSON (*.json)</translation>
    </message>
    <message>
        <source>Factor table</source>
        <translation>因子表</translation>
    </message>
    <message>
        <source>Number of factors</source>
        <translation>因子数量</translation>
    </message>
    <message>
        <source>Reference of the set</source>
        <translation>因子集标识</translation>
    </message>
    <message>
        <source>{count} factors of {ref} written to {path}</source>
        <translation>已将 {ref} 的 {count} 个因子写入 {path}</translation>
    </message>
    <message>
        <source>Stored {ref} with {count} factors in {path}</source>
        <translation>已将 {ref}（{count} 个因子）存入 {path}</translation>
    </message>
    <message>
        <source>Import factor set</source>
        <translation>导入因子集</translation>
    </message>
    <message>
        <source>Factor tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.json)</source>
        <translation>因子表 (*.csv *.tsv *.txt *.xlsx *.xlsm *.json)</translation>
    </message>
    <message>
        <source>Id of the set</source>
        <translation>因子集编号</translation>
    </message>
    <message>
        <source>Kind of set</source>
        <translation>因子集类别</translation>
    </message>
    <message>
        <source>Class system of the codes</source>
        <translation>代码的分类体系</translation>
    </message>
    <message>
        <source>Restore leading zeros</source>
        <translation>补回前导零</translation>
    </message>
    <message>
        <source>Import InVEST carbon pools</source>
        <translation>导入InVEST碳库表</translation>
    </message>
    <message>
        <source>Tables (*.csv *.xlsx)</source>
        <translation>表格 (*.csv *.xlsx)</translation>
    </message>
    <message>
        <source>Carbon pools table</source>
        <translation>碳库表</translation>
    </message>
    <message>
        <source>Class system of lucode</source>
        <translation>lucode 的分类体系</translation>
    </message>
    <message>
        <source>Source of the figures</source>
        <translation>数值来源</translation>
    </message>
    <message>
        <source>List factor sets</source>
        <translation>列出因子集</translation>
    </message>
    <message>
        <source>Table of factor sets</source>
        <translation>因子集表</translation>
    </message>
    <message>
        <source>Page of factor sets</source>
        <translation>因子集页面</translation>
    </message>
    <message>
        <source>Number of sets</source>
        <translation>因子集数量</translation>
    </message>
    <message>
        <source>Carbon Planner: carbon impact of land-use plans</source>
        <translation>碳规划：土地利用规划的碳影响</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>自检</translation>
    </message>
    <message>
        <source>Page of the self-test</source>
        <translation>自检页面</translation>
    </message>
    <message>
        <source>Passed</source>
        <translation>是否通过</translation>
    </message>
    <message>
        <source>Number of cases</source>
        <translation>算例数量</translation>
    </message>
    <message>
        <source>Number of failures</source>
        <translation>失败数量</translation>
    </message>
    <message>
        <source>{text}: expected {expected:.9g}, computed {found:.9g}</source>
        <translation>{text}：预期 {expected:.9g}，计算 {found:.9g}</translation>
    </message>
    <message>
        <source>{count} cases do not give the expected number.</source>
        <translation>{count} 个算例未得出预期数值。</translation>
    </message>
    <message>
        <source>All cases give the expected numbers.</source>
        <translation>所有算例均得出预期数值。</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>算例</translation>
    </message>
    <message>
        <source>Expected (tCO2e)</source>
        <translation>预期值（tCO2e）</translation>
    </message>
    <message>
        <source>Computed (tCO2e)</source>
        <translation>计算值（tCO2e）</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>agrees</source>
        <translation>一致</translation>
    </message>
    <message>
        <source>DIFFERS</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>Detect from codes and names</source>
        <translation>根据代码和名称识别</translation>
    </message>
    <message>
        <source>Default of the land method</source>
        <translation>土地方法的默认因子集</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Check whether results are current</source>
        <translation>检查结果是否仍有效</translation>
    </message>
    <message>
        <source>Zones with their state</source>
        <translation>带状态的分区</translation>
    </message>
    <message>
        <source>Current zones</source>
        <translation>有效的分区</translation>
    </message>
    <message>
        <source>Stale zones</source>
        <translation>过期的分区</translation>
    </message>
    <message>
        <source>Zones not evaluated</source>
        <translation>未评估的分区</translation>
    </message>
    <message>
        <source>{current} zones are current, {stale} stale, {bare} not evaluated</source>
        <translation>{current} 个分区有效，{stale} 个过期，{bare} 个未评估</translation>
    </message>
    <message>
        <source>The layer {layer} does not say which fields were evaluated. Set ZONE_CLASS and the other fields as in the evaluation.</source>
        <translation>图层 {layer} 未说明评估了哪些字段。请按评估时的设置给出 ZONE_CLASS 及其他字段。</translation>
    </message>
    <message>
        <source>Write results into the source layer</source>
        <translation>将结果写回源图层</translation>
    </message>
    <message>
        <source>Source layer</source>
        <translation>源图层</translation>
    </message>
    <message>
        <source>Key field</source>
        <translation>关联字段</translation>
    </message>
    <message>
        <source>Save the edit at once</source>
        <translation>立即保存编辑</translation>
    </message>
    <message>
        <source>Features changed</source>
        <translation>有变化的要素</translation>
    </message>
    <message>
        <source>Features without a result</source>
        <translation>没有结果的要素</translation>
    </message>
    <message>
        <source>Results without a feature</source>
        <translation>没有要素的结果</translation>
    </message>
    <message>
        <source>{count} features changed; fields added: {fields}</source>
        <translation>{count} 个要素有变化；新增字段：{fields}</translation>
    </message>
    <message>
        <source>The layer is in edit mode: save its edits, or undo them.</source>
        <translation>图层处于编辑状态：请保存编辑，或予以撤销。</translation>
    </message>
    <message>
        <source>By rule: biomass at once, soil and growth over 20 years</source>
        <translation>按规则：生物量当年释放，土壤与生长历时20年</translation>
    </message>
    <message>
        <source>All in the first year</source>
        <translation>全部计入首年</translation>
    </message>
    <message>
        <source>Evenly over 20 years</source>
        <translation>20年内均匀分摊</translation>
    </message>
    <message>
        <source>Year by year</source>
        <translation>逐年</translation>
    </message>
    <message>
        <source>Ellipsoidal area</source>
        <translation>椭球面积</translation>
    </message>
    <message>
        <source>Planar area</source>
        <translation>平面面积</translation>
    </message>
    <message>
        <source>Survey area from a field</source>
        <translation>字段中的调查面积</translation>
    </message>
    <message>
        <source>As the table says</source>
        <translation>以表中所写为准</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>全部类别</translation>
    </message>
    <message>
        <source>95 % interval: {low} to {high} tCO2e</source>
        <translation>95%区间：{low} 至 {high} tCO2e</translation>
    </message>
</context>
</TS>
