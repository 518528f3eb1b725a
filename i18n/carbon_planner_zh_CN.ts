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
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Team store: PostgreSQL &amp;connection</source>
        <translation>团队因子库：PostgreSQL连接(&amp;C)</translation>
    </message>
    <message>
        <source>Team store: sc&amp;hema</source>
        <translation>团队因子库：模式(&amp;H)</translation>
    </message>
    <message>
        <source>Activities of zones</source>
        <translation>分区活动量</translation>
    </message>
    <message>
        <source>Quantities and activities</source>
        <translation>数量与活动量</translation>
    </message>
    <message>
        <source>Number of rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Apply factors</source>
        <translation>应用因子</translation>
    </message>
    <message>
        <source>Table of activities</source>
        <translation>活动量表</translation>
    </message>
    <message>
        <source>Quantity field</source>
        <translation>数量字段</translation>
    </message>
    <message>
        <source>Unit of all rows</source>
        <translation>所有行的单位</translation>
    </message>
    <message>
        <source>Factor of all rows</source>
        <translation>所有行的因子</translation>
    </message>
    <message>
        <source>Parameter of the factor</source>
        <translation>因子参数</translation>
    </message>
    <message>
        <source>Unit field</source>
        <translation>单位字段</translation>
    </message>
    <message>
        <source>Factor field</source>
        <translation>因子字段</translation>
    </message>
    <message>
        <source>Parameter field</source>
        <translation>参数字段</translation>
    </message>
    <message>
        <source>Group field</source>
        <translation>分组字段</translation>
    </message>
    <message>
        <source>Warming potentials</source>
        <translation>全球变暖潜势</translation>
    </message>
    <message>
        <source>Ledger rows</source>
        <translation>台账行</translation>
    </message>
    <message>
        <source>Sum (tCO2e)</source>
        <translation>合计（tCO2e）</translation>
    </message>
    <message>
        <source>Sum of a year (tCO2e/yr)</source>
        <translation>年合计（tCO2e/年）</translation>
    </message>
    <message>
        <source>Give {parameter}, or the field {parameter}_FIELD.</source>
        <translation>请给出 {parameter}，或指定字段 {parameter}_FIELD。</translation>
    </message>
    <message>
        <source>{count} rows without a quantity were left out</source>
        <translation>{count} 行没有数量，未参与计算</translation>
    </message>
    <message>
        <source>Areas by class</source>
        <translation>分地类面积</translation>
    </message>
    <message>
        <source>Areas by zone and class</source>
        <translation>分区与地类面积</translation>
    </message>
    <message>
        <source>Building blocks</source>
        <translation>计算模块</translation>
    </message>
    <message>
        <source>Calibrate to official totals</source>
        <translation>校准到官方总量</translation>
    </message>
    <message>
        <source>Bottom-up figures by zone and sector</source>
        <translation>分区分部门数值</translation>
    </message>
    <message>
        <source>Sector field</source>
        <translation>部门字段</translation>
    </message>
    <message>
        <source>Figure field</source>
        <translation>数值字段</translation>
    </message>
    <message>
        <source>Half-width field of the figures</source>
        <translation>数值半宽字段</translation>
    </message>
    <message>
        <source>Official totals by sector</source>
        <translation>分部门官方总量</translation>
    </message>
    <message>
        <source>Sector field of the totals</source>
        <translation>总量的部门字段</translation>
    </message>
    <message>
        <source>Figure field of the totals</source>
        <translation>总量的数值字段</translation>
    </message>
    <message>
        <source>Calibrated figures</source>
        <translation>校准后的数值</translation>
    </message>
    <message>
        <source>Residuals and factors by sector</source>
        <translation>分部门残差与系数</translation>
    </message>
    <message>
        <source>Sum of the residuals</source>
        <translation>残差合计</translation>
    </message>
    <message>
        <source>Official figures without a zone</source>
        <translation>无分区承担的官方数值</translation>
    </message>
    <message>
        <source>{sector}: residual {residual:,.4g}, factor {factor:.6g}</source>
        <translation>{sector}：残差 {residual:,.4g}，系数 {factor:.6g}</translation>
    </message>
    <message>
        <source>Responsibility (scopes 1 and 2)</source>
        <translation>责任口径（范围1和范围2）</translation>
    </message>
    <message>
        <source>Territorial (scope 1 with power plants)</source>
        <translation>属地口径（范围1，含电厂）</translation>
    </message>
    <message>
        <source>Stock change (InVEST)</source>
        <translation>储量变化（InVEST）</translation>
    </message>
    <message>
        <source>Net present value of years</source>
        <translation>逐年净现值</translation>
    </message>
    <message>
        <source>Evenly</source>
        <translation>匀速</translation>
    </message>
    <message>
        <source>S-curve</source>
        <translation>S形曲线</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>已审查</translation>
    </message>
    <message>
        <source>Superseded</source>
        <translation>已替代</translation>
    </message>
    <message>
        <source>Land</source>
        <translation>土地</translation>
    </message>
    <message>
        <source>Buildings</source>
        <translation>建筑</translation>
    </message>
    <message>
        <source>On-site supply</source>
        <translation>就地供能</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>交通</translation>
    </message>
    <message>
        <source>Waste</source>
        <translation>废弃物</translation>
    </message>
    <message>
        <source>Water</source>
        <translation>供排水</translation>
    </message>
    <message>
        <source>Greening</source>
        <translation>绿化</translation>
    </message>
    <message>
        <source>Industry</source>
        <translation>工业</translation>
    </message>
    <message>
        <source>Agriculture</source>
        <translation>农业</translation>
    </message>
    <message>
        <source>Compare factor sets</source>
        <translation>比较因子集</translation>
    </message>
    <message>
        <source>Old factor set</source>
        <translation>原因子集</translation>
    </message>
    <message>
        <source>New factor set</source>
        <translation>新因子集</translation>
    </message>
    <message>
        <source>Old set as of a date (YYYY-MM-DD)</source>
        <translation>原因子集的截止日期（YYYY-MM-DD）</translation>
    </message>
    <message>
        <source>Table of differences</source>
        <translation>差异表</translation>
    </message>
    <message>
        <source>Differences as CSV</source>
        <translation>差异CSV文件</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Nothing differs</source>
        <translation>无差异</translation>
    </message>
    <message>
        <source>Factors added</source>
        <translation>新增因子数</translation>
    </message>
    <message>
        <source>Factors removed</source>
        <translation>删除因子数</translation>
    </message>
    <message>
        <source>Factors changed</source>
        <translation>变更因子数</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Compare two results</source>
        <translation>比较两次结果</translation>
    </message>
    <message>
        <source>Evaluated zones of the first run</source>
        <translation>第一次运行的分区</translation>
    </message>
    <message>
        <source>Evaluated zones of the second run</source>
        <translation>第二次运行的分区</translation>
    </message>
    <message>
        <source>Zones and fields that differ</source>
        <translation>不同的分区与字段</translation>
    </message>
    <message>
        <source>Totals that differ</source>
        <translation>不同的合计</translation>
    </message>
    <message>
        <source>Settings, sources and versions that differ</source>
        <translation>不同的设置、数据源与版本</translation>
    </message>
    <message>
        <source>Page of the comparison</source>
        <translation>比较网页</translation>
    </message>
    <message>
        <source>Zones added</source>
        <translation>新增分区</translation>
    </message>
    <message>
        <source>Zones removed</source>
        <translation>减少分区</translation>
    </message>
    <message>
        <source>Zones changed</source>
        <translation>变化分区</translation>
    </message>
    <message>
        <source>Difference of the net (tCO2e)</source>
        <translation>净值之差（tCO2e）</translation>
    </message>
    <message>
        <source>Half-width of the difference (tCO2e)</source>
        <translation>差值半宽（tCO2e）</translation>
    </message>
    <message>
        <source>Larger than its uncertainty</source>
        <translation>是否超出不确定性</translation>
    </message>
    <message>
        <source>{parameter} is no layer of evaluated zones.</source>
        <translation>{parameter} 不是评估后的分区图层。</translation>
    </message>
    <message>
        <source>A layer&apos;s metadata hold no job: totals, settings and versions are not compared.</source>
        <translation>有图层的元数据中没有作业：合计、设置和版本不作比较。</translation>
    </message>
    <message>
        <source>Decomposition of a change (LMDI)</source>
        <translation>变化分解（LMDI）</translation>
    </message>
    <message>
        <source>Table at the start</source>
        <translation>期初表</translation>
    </message>
    <message>
        <source>Table at the end</source>
        <translation>期末表</translation>
    </message>
    <message>
        <source>Factors of the product</source>
        <translation>乘积的因素</translation>
    </message>
    <message>
        <source>Field that names the parts</source>
        <translation>部分名称字段</translation>
    </message>
    <message>
        <source>Effects</source>
        <translation>效应</translation>
    </message>
    <message>
        <source>Change of the product</source>
        <translation>乘积的变化</translation>
    </message>
    <message>
        <source>{parameter} describes the existing state, but no baseline (BASE or ZONE_BASE_CLASS) is given.</source>
        <translation>{parameter} 描述的是现状，但未给出基线（BASE 或 ZONE_BASE_CLASS）。</translation>
    </message>
    <message>
        <source>{parameter} names a field of BASE, but no layer BASE is given.</source>
        <translation>{parameter} 指定的是 BASE 的字段，但未给出 BASE 图层。</translation>
    </message>
    <message>
        <source>Floor area field (m²)</source>
        <translation>建筑面积字段（m²）</translation>
    </message>
    <message>
        <source>Residents field</source>
        <translation>常住人口字段</translation>
    </message>
    <message>
        <source>Jobs field</source>
        <translation>就业岗位字段</translation>
    </message>
    <message>
        <source>GDP field (10⁴ yuan/yr)</source>
        <translation>地区生产总值字段（万元/年）</translation>
    </message>
    <message>
        <source>Existing floor area field (m²)</source>
        <translation>现状建筑面积字段（m²）</translation>
    </message>
    <message>
        <source>Existing residents field</source>
        <translation>现状常住人口字段</translation>
    </message>
    <message>
        <source>Existing jobs field</source>
        <translation>现状就业岗位字段</translation>
    </message>
    <message>
        <source>Mix of uses field</source>
        <translation>用途构成字段</translation>
    </message>
    <message>
        <source>Region field</source>
        <translation>所属地区字段</translation>
    </message>
    <message>
        <source>Start of construction field</source>
        <translation>开工时间字段</translation>
    </message>
    <message>
        <source>Finish of construction field</source>
        <translation>竣工时间字段</translation>
    </message>
    <message>
        <source>Demolition field</source>
        <translation>拆除时间字段</translation>
    </message>
    <message>
        <source>Green ratio field of the baseline</source>
        <translation>基线的绿地率字段</translation>
    </message>
    <message>
        <source>Building density field of the baseline</source>
        <translation>基线的建筑密度字段</translation>
    </message>
    <message>
        <source>Living biomass field of the baseline (t C/ha)</source>
        <translation>基线的活生物量字段（t C/公顷）</translation>
    </message>
    <message>
        <source>Curve between start and finish</source>
        <translation>建设进度曲线</translation>
    </message>
    <message>
        <source>Further quantities (quantity=field)</source>
        <translation>其他数量（数量=字段）</translation>
    </message>
    <message>
        <source>Sectors</source>
        <translation>部门</translation>
    </message>
    <message>
        <source>View</source>
        <translation>核算口径</translation>
    </message>
    <message>
        <source>Region of the factors</source>
        <translation>因子地区</translation>
    </message>
    <message>
        <source>Climate zone</source>
        <translation>气候区</translation>
    </message>
    <message>
        <source>Path of the electricity factor</source>
        <translation>电力因子路径</translation>
    </message>
    <message>
        <source>Scenario (JSON or file)</source>
        <translation>情景（JSON 或文件）</translation>
    </message>
    <message>
        <source>Name of the baseline</source>
        <translation>基线名称</translation>
    </message>
    <message>
        <source>Further settings (name=value)</source>
        <translation>其他设置（名称=值）</translation>
    </message>
    <message>
        <source>Draws (0: error propagation)</source>
        <translation>抽样次数（0为误差传播）</translation>
    </message>
    <message>
        <source>Seed of the draws</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Yearly emissions</source>
        <translation>逐年排放</translation>
    </message>
    <message>
        <source>Effect by sector</source>
        <translation>分部门碳效应</translation>
    </message>
    <message>
        <source>Quantities used</source>
        <translation>所用数量</translation>
    </message>
    <message>
        <source>Job file</source>
        <translation>作业文件</translation>
    </message>
    <message>
        <source>Job files (*.json)</source>
        <translation>作业文件 (*.json)</translation>
    </message>
    <message>
        <source>Net of land (tCO2e)</source>
        <translation>土地净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net of buildings and supply (tCO2e)</source>
        <translation>建筑与供能净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net of transport (tCO2e)</source>
        <translation>交通净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net of waste and water (tCO2e)</source>
        <translation>废弃物与供排水净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net of added sinks (tCO2e)</source>
        <translation>新增碳汇净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net of other sectors (tCO2e)</source>
        <translation>其他部门净值（tCO2e）</translation>
    </message>
    <message>
        <source>Planned emission of the end year (tCO2e/yr)</source>
        <translation>期末年规划排放量（tCO2e/年）</translation>
    </message>
    <message>
        <source>Baseline emission of the end year (tCO2e/yr)</source>
        <translation>期末年基线排放量（tCO2e/年）</translation>
    </message>
    <message>
        <source>Share of the net with a range</source>
        <translation>有区间的净值占比</translation>
    </message>
    <message>
        <source>Method of the interval</source>
        <translation>区间方法</translation>
    </message>
    <message>
        <source>Draws used</source>
        <translation>所用抽样次数</translation>
    </message>
    <message>
        <source>Export InVEST inputs</source>
        <translation>导出InVEST输入</translation>
    </message>
    <message>
        <source>Land use layer</source>
        <translation>土地利用图层</translation>
    </message>
    <message>
        <source>Cell size of the raster</source>
        <translation>栅格像元大小</translation>
    </message>
    <message>
        <source>Folder for InVEST</source>
        <translation>InVEST文件夹</translation>
    </message>
    <message>
        <source>Land use raster</source>
        <translation>土地利用栅格</translation>
    </message>
    <message>
        <source>Number of classes</source>
        <translation>地类数量</translation>
    </message>
    <message>
        <source>Choose the class field of the land use layer.</source>
        <translation>请选择土地利用图层的地类字段。</translation>
    </message>
    <message>
        <source>{count} classes of {ref} written to {path}; read {readme} before use</source>
        <translation>已将 {ref} 的 {count} 个地类写入 {path}；使用前请阅读 {readme}</translation>
    </message>
    <message>
        <source>Impact of factors</source>
        <translation>因子变更影响</translation>
    </message>
    <message>
        <source>Cap on the net (tCO2e)</source>
        <translation>净值上限（tCO2e）</translation>
    </message>
    <message>
        <source>Limit of the net per hectare (tCO2e/ha)</source>
        <translation>单位面积净值限值（tCO2e/ha）</translation>
    </message>
    <message>
        <source>Judge the cap by the interval</source>
        <translation>按区间判定上限</translation>
    </message>
    <message>
        <source>Zones before and after</source>
        <translation>分区前后对照</translation>
    </message>
    <message>
        <source>Verdicts before and after</source>
        <translation>判定前后对照</translation>
    </message>
    <message>
        <source>Figures that change</source>
        <translation>变化的数值</translation>
    </message>
    <message>
        <source>Impact report</source>
        <translation>影响报告</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Zones whose net changes</source>
        <translation>净值变化的分区数</translation>
    </message>
    <message>
        <source>Verdicts that flip</source>
        <translation>翻转的判定数</translation>
    </message>
    <message>
        <source>Net with the old set (tCO2e)</source>
        <translation>采用原因子集的净值（tCO2e）</translation>
    </message>
    <message>
        <source>Net with the new set (tCO2e)</source>
        <translation>采用新因子集的净值（tCO2e）</translation>
    </message>
    <message>
        <source>Hash of the impact report</source>
        <translation>影响报告哈希</translation>
    </message>
    <message>
        <source>Store as a draft</source>
        <translation>存为草稿</translation>
    </message>
    <message>
        <source>Import OEFDB emission factors</source>
        <translation>导入OEFDB排放因子</translation>
    </message>
    <message>
        <source>CSV tables (*.csv)</source>
        <translation>CSV表格 (*.csv)</translation>
    </message>
    <message>
        <source>OEFDB table</source>
        <translation>OEFDB表</translation>
    </message>
    <message>
        <source>Regions to import</source>
        <translation>要导入的地区</translation>
    </message>
    <message>
        <source>Sectors to import</source>
        <translation>要导入的部门</translation>
    </message>
    <message>
        <source>Licence of the figures</source>
        <translation>数值的许可</translation>
    </message>
    <message>
        <source>Import openLCA factors</source>
        <translation>导入openLCA因子</translation>
    </message>
    <message>
        <source>openLCA exports (*.csv *.xlsx)</source>
        <translation>openLCA导出文件 (*.csv *.xlsx)</translation>
    </message>
    <message>
        <source>openLCA export</source>
        <translation>openLCA导出</translation>
    </message>
    <message>
        <source>Impact categories</source>
        <translation>影响类别</translation>
    </message>
    <message>
        <source>Unit of the parameters</source>
        <translation>参数的单位</translation>
    </message>
    <message>
        <source>Region where none is stated</source>
        <translation>未注明时的地区</translation>
    </message>
    <message>
        <source>Give a result layer (INPUT) or a job file (JOB).</source>
        <translation>请给出结果图层（INPUT）或作业文件（JOB）。</translation>
    </message>
    <message>
        <source>The metadata of layer {layer} hold no job. Give the job file of the run in JOB.</source>
        <translation>图层 {layer} 的元数据中没有作业。请在 JOB 中给出该次运行的作业文件。</translation>
    </message>
    <message>
        <source>Merge plan layers by precedence</source>
        <translation>按优先级合并规划图层</translation>
    </message>
    <message>
        <source>Plan layers, the one with precedence first</source>
        <translation>规划图层（优先级高者在前）</translation>
    </message>
    <message>
        <source>Class field, or one for each layer separated by semicolons</source>
        <translation>地类字段，或以分号分隔逐图层给出</translation>
    </message>
    <message>
        <source>Merged plan</source>
        <translation>合并后的规划</translation>
    </message>
    <message>
        <source>Overlaps</source>
        <translation>重叠情况</translation>
    </message>
    <message>
        <source>Overlapping area (ha)</source>
        <translation>重叠面积（公顷）</translation>
    </message>
    <message>
        <source>Number of overlaps</source>
        <translation>重叠数量</translation>
    </message>
    <message>
        <source>{given} class fields are named for {count} layers. Name one for all layers, or one for each.</source>
        <translation>为 {count} 个图层指定了 {given} 个地类字段。请指定一个字段供各图层共用，或逐图层各指定一个。</translation>
    </message>
    <message>
        <source>Publish factor set to the team</source>
        <translation>向团队发布因子集</translation>
    </message>
    <message>
        <source>Publish: the content never changes again</source>
        <translation>发布：内容不再改变</translation>
    </message>
    <message>
        <source>Id in the team store</source>
        <translation>团队因子库中的编号</translation>
    </message>
    <message>
        <source>Version in the team store</source>
        <translation>团队因子库中的版本</translation>
    </message>
    <message>
        <source>Reason for the change log</source>
        <translation>变更日志中的理由</translation>
    </message>
    <message>
        <source>Revision that the changes are based on</source>
        <translation>修改所依据的修订号</translation>
    </message>
    <message>
        <source>Saved {ref} with {count} factors as revision {revision} in {place}</source>
        <translation>已将 {ref}（{count} 个因子）存入 {place}，修订号 {revision}</translation>
    </message>
    <message>
        <source>Get factor set from the team</source>
        <translation>从团队获取因子集</translation>
    </message>
    <message>
        <source>Factor set of the team</source>
        <translation>团队的因子集</translation>
    </message>
    <message>
        <source>Overwrite a draft of the same name in the own store</source>
        <translation>覆盖自有因子库中的同名草稿</translation>
    </message>
    <message>
        <source>Compute a result again</source>
        <translation>重新计算结果</translation>
    </message>
    <message>
        <source>Result layer</source>
        <translation>结果图层</translation>
    </message>
    <message>
        <source>Plan zones, where they have moved</source>
        <translation>规划分区（位置已变时）</translation>
    </message>
    <message>
        <source>Existing land use, where it has moved</source>
        <translation>现状用地（位置已变时）</translation>
    </message>
    <message>
        <source>Zones computed again</source>
        <translation>重新计算的分区</translation>
    </message>
    <message>
        <source>Figures that differ</source>
        <translation>不一致的数值</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Largest relative difference</source>
        <translation>最大相对差</translation>
    </message>
    <message>
        <source>Versions that differ</source>
        <translation>不同的版本</translation>
    </message>
    <message>
        <source>The result is the same, bit for bit.</source>
        <translation>结果逐位一致。</translation>
    </message>
    <message>
        <source>The result is the same within 1e-9.</source>
        <translation>结果一致，相差不超过1e-9。</translation>
    </message>
    <message>
        <source>The result differs.</source>
        <translation>结果不一致。</translation>
    </message>
    <message>
        <source>Another version: {version}</source>
        <translation>版本不同：{version}</translation>
    </message>
    <message>
        <source>{count} figures differ, by {largest:.3g} at most</source>
        <translation>{count} 个数值不一致，最大相差 {largest:.3g}</translation>
    </message>
    <message>
        <source>Review factor set</source>
        <translation>审查因子集</translation>
    </message>
    <message>
        <source>New state</source>
        <translation>新状态</translation>
    </message>
    <message>
        <source>Reviewer</source>
        <translation>审查人</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Why no impact report applies</source>
        <translation>不需影响报告的理由</translation>
    </message>
    <message>
        <source>Superseded by</source>
        <translation>替代者</translation>
    </message>
    <message>
        <source>Only these factors (ids)</source>
        <translation>仅限这些因子（编号）</translation>
    </message>
    <message>
        <source>Change log</source>
        <translation>变更日志</translation>
    </message>
    <message>
        <source>Number of rows in the log</source>
        <translation>日志行数</translation>
    </message>
    <message>
        <source>Hash of the log&apos;s last row</source>
        <translation>日志末行哈希</translation>
    </message>
    <message>
        <source>{ref} is {status}; the log has {count} rows about it.</source>
        <translation>{ref} 的状态为 {status}；日志中有 {count} 行与其有关。</translation>
    </message>
    <message>
        <source>Expected and computed numbers</source>
        <translation>预期值与计算值</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期值</translation>
    </message>
    <message>
        <source>Computed</source>
        <translation>计算值</translation>
    </message>
    <message>
        <source>Set up team store</source>
        <translation>建立团队因子库</translation>
    </message>
    <message>
        <source>Make the roles carbon_reader and carbon_editor</source>
        <translation>建立角色carbon_reader和carbon_editor</translation>
    </message>
    <message>
        <source>Version of the store</source>
        <translation>因子库版本</translation>
    </message>
    <message>
        <source>Number of sets in the store</source>
        <translation>库中因子集数量</translation>
    </message>
    <message>
        <source>The team store {place} is ready; factor sets in it: {count}</source>
        <translation>团队因子库 {place} 已就绪，库中因子集：{count} 个</translation>
    </message>
    <message>
        <source>PostgreSQL connection</source>
        <translation>PostgreSQL连接</translation>
    </message>
    <message>
        <source>Schema of the team store</source>
        <translation>团队因子库的模式</translation>
    </message>
    <message>
        <source>Revision in the team store</source>
        <translation>团队因子库中的修订号</translation>
    </message>
    <message>
        <source>Uncertainty and factor contributions</source>
        <translation>不确定性与因子贡献</translation>
    </message>
    <message>
        <source>Intervals</source>
        <translation>区间</translation>
    </message>
    <message>
        <source>Contributions of factors</source>
        <translation>因子贡献</translation>
    </message>
    <message>
        <source>Lower bound (tCO2e)</source>
        <translation>下限（tCO2e）</translation>
    </message>
    <message>
        <source>Upper bound (tCO2e)</source>
        <translation>上限（tCO2e）</translation>
    </message>
    <message>
        <source>Factor to measure next</source>
        <translation>最值得实测的因子</translation>
    </message>
    <message>
        <source>Largest share of the variance: {factor} ({share:.0%})</source>
        <translation>占方差比例最大的因子：{factor}（{share:.0%}）</translation>
    </message>
    <message>
        <source>GROUP is a field of LEDGER, which is not given.</source>
        <translation>GROUP 是 LEDGER 的字段，但未给出 LEDGER。</translation>
    </message>
    <message>
        <source>Valuation of carbon</source>
        <translation>碳价值评估</translation>
    </message>
    <message>
        <source>Zones with a stock change, or yearly table</source>
        <translation>含储量变化的分区或逐年表</translation>
    </message>
    <message>
        <source>Convention</source>
        <translation>约定</translation>
    </message>
    <message>
        <source>Amount field</source>
        <translation>数量字段</translation>
    </message>
    <message>
        <source>Amount field of the earlier state</source>
        <translation>前期数量字段</translation>
    </message>
    <message>
        <source>Year field</source>
        <translation>年份字段</translation>
    </message>
    <message>
        <source>Cost field</source>
        <translation>成本字段</translation>
    </message>
    <message>
        <source>Price per tonne</source>
        <translation>每吨价格</translation>
    </message>
    <message>
        <source>Discount rate (% a year)</source>
        <translation>折现率（%/年）</translation>
    </message>
    <message>
        <source>Change of the price (% a year)</source>
        <translation>价格变化率（%/年）</translation>
    </message>
    <message>
        <source>First year</source>
        <translation>首年</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>末年</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>价值</translation>
    </message>
    <message>
        <source>Value of all rows</source>
        <translation>全部价值</translation>
    </message>
    <message>
        <source>The convention npv values yearly rows: set YEAR.</source>
        <translation>约定 npv 按逐年各行估价：请设置 YEAR。</translation>
    </message>
    <message>
        <source>The last year {last} must be later than the first {first}.</source>
        <translation>末年 {last} 必须晚于首年 {first}。</translation>
    </message>
    <message>
        <source>Buildings and supply</source>
        <translation>建筑与供能</translation>
    </message>
    <message>
        <source>Waste and water</source>
        <translation>废弃物与供排水</translation>
    </message>
    <message>
        <source>Other sectors</source>
        <translation>其他部门</translation>
    </message>
    <message>
        <source>Sectors: {sectors}; gases: {gwp}; view: {view}</source>
        <translation>部门：{sectors}；温室气体：{gwp}；口径：{view}</translation>
    </message>
    <message>
        <source>{sector}: {net:,.2f} tCO2e ({low:,.2f} … {high:,.2f})</source>
        <translation>{sector}：{net:,.2f} tCO2e（{low:,.2f} … {high:,.2f}）</translation>
    </message>
    <message>
        <source>Emission of the end year: plan {plan}, baseline {base} tCO2e/yr</source>
        <translation>期末年排放量：规划 {plan}，基线 {base} tCO2e/年</translation>
    </message>
    <message>
        <source>Choose a set, or type id@version or a file</source>
        <translation>选择因子集，或输入 编号@版本 或文件路径</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>输出文件夹</translation>
    </message>
    <message>
        <source>Child processes (0: as many as there are cores)</source>
        <translation>子进程数（0：与核心数相同）</translation>
    </message>
    <message>
        <source>Errors and warnings</source>
        <translation>错误与警告</translation>
    </message>
    <message>
        <source>Mappings</source>
        <translation>字段映射</translation>
    </message>
    <message>
        <source>Number of files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>Files with errors</source>
        <translation>有错误的文件数</translation>
    </message>
    <message>
        <source>Files finished before</source>
        <translation>此前已完成的文件数</translation>
    </message>
    <message>
        <source>Cancelled. What is finished stays in the output folder; run again to go on.</source>
        <translation>已取消。已完成的部分保留在输出文件夹中；再次运行即可继续。</translation>
    </message>
    <message>
        <source>Evaluate from a job table</source>
        <translation>按作业表评估</translation>
    </message>
    <message>
        <source>Job table</source>
        <translation>作业表</translation>
    </message>
    <message>
        <source>Folder that paths are relative to</source>
        <translation>相对路径的起始文件夹</translation>
    </message>
    <message>
        <source>IPCC 2021</source>
        <translation>IPCC第六次评估报告</translation>
    </message>
    <message>
        <source>IPCC 2013</source>
        <translation>IPCC第五次评估报告</translation>
    </message>
    <message>
        <source>IPCC 2007</source>
        <translation>IPCC第四次评估报告</translation>
    </message>
    <message>
        <source>Evaluate a folder of plans</source>
        <translation>批量评估规划文件夹</translation>
    </message>
    <message>
        <source>Folder with plans</source>
        <translation>规划文件夹</translation>
    </message>
    <message>
        <source>Names of the plan class field</source>
        <translation>规划地类字段名</translation>
    </message>
    <message>
        <source>Names of the field of the existing class</source>
        <translation>现状地类字段名</translation>
    </message>
    <message>
        <source>Names of the zone id field</source>
        <translation>分区编号字段名</translation>
    </message>
    <message>
        <source>CRS of files that state none</source>
        <translation>未注明坐标参照系的文件所用坐标参照系</translation>
    </message>
</context>
</TS>
